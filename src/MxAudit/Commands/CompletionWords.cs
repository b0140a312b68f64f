using System.CommandLine;
using System.CommandLine.Completions;
using System.Text;
using static MxAudit.Rules.ShellWord;

namespace MxAudit.Commands;

/// <summary>The words of the command line as shells complete them, from the same tables as the help. Files are completed where nothing else fits.</summary>
internal sealed class CompletionWords(Command root)
{
    public string Bash()
    {
        var script = new StringBuilder("""
            # bash completion for mxaudit
            _mxaudit() {
                local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} verb=${COMP_WORDS[1]} words= options=
                COMPREPLY=()
                case $verb:$prev in

            """);
        foreach (var verb in Verbs)
            foreach (var option in Shown(verb).Where(TakesValue))
            {
                string offer = WordsOf(option) is { Length: > 0 } words ? $"COMPREPLY=($(compgen -W \"{string.Join(' ', words)}\" -- \"$cur\"))" : "";
                if (!TakesFile(option)) offer = $"{offer}{(offer.Length > 0 ? "; " : "")}compopt +o default 2>/dev/null";
                script.Append($"    {string.Join('|', NamesOf(option).Select(name => $"{verb.Name}:{name}"))}) {(offer.Length > 0 ? $"{offer}; " : "")}return ;;\n");
            }
        script.Append("    esac\n    if [ \"$COMP_CWORD\" -eq 1 ]; then verb=; fi\n    case $verb in\n");
        script.Append($"    '') words=\"{string.Join(' ', Verbs.Select(verb => verb.Name))}\" options=\"{string.Join(' ', NamesOf(root))}\" ;;\n");
        foreach (var verb in Verbs)
            script.Append($"    {verb.Name}) words=\"{string.Join(' ', ArgumentsOf(verb))}\" options=\"{string.Join(' ', NamesOf(verb))}\" ;;\n");
        return script.Append("""
                esac
                case $cur in
                -*) COMPREPLY=($(compgen -W "$options" -- "$cur")) ;;
                *) COMPREPLY=($(compgen -W "$words" -- "$cur")) ;;
                esac
            }
            complete -o default -F _mxaudit mxaudit

            """).ToString();
    }

    public string Zsh()
    {
        var script = new StringBuilder("#compdef mxaudit\n_mxaudit() {\n    local -a verbs\n    verbs=(\n");
        foreach (var verb in Verbs) script.Append($"        {Quoted($"{verb.Name}:{verb.Description}")}\n");
        script.Append("    )\n    if (( CURRENT == 2 )); then _describe verb verbs; return; fi\n    case $words[2] in\n");
        foreach (var verb in Verbs)
        {
            script.Append($"    {verb.Name}) _arguments -s :");
            foreach (var option in Shown(verb))
            {
                string value = !TakesValue(option) ? "" : $":{Plain(option.HelpName ?? "VALUE")}:{ZshValue(option)}";
                foreach (string name in NamesOf(option)) script.Append($" \\\n        {Quoted($"*{name}[{Plain(option.Description ?? "")}]{value}")}");
            }
            script.Append(ArgumentsOf(verb) is { Length: > 0 } arguments
                ? $" \\\n        {Quoted($"*::word:({string.Join(' ', arguments)})")} ;;\n"
                : " \\\n        '*::file:_files' ;;\n");
        }
        return script.Append("    esac\n}\n_mxaudit \"$@\"\n").ToString();
    }

    public string Fish()
    {
        var script = new StringBuilder("# fish completion for mxaudit\n");
        foreach (var verb in Verbs) script.Append($"complete -c mxaudit -n __fish_use_subcommand -a {verb.Name} -d {Quoted(verb.Description ?? "")}\n");
        foreach (var verb in Verbs)
        {
            string here = $"complete -c mxaudit -n '__fish_seen_subcommand_from {verb.Name}'";
            if (ArgumentsOf(verb) is { Length: > 0 } arguments) script.Append($"{here} -a {Quoted(string.Join(' ', arguments))}\n");
            foreach (var option in Shown(verb))
            {
                string names = string.Join(' ',
                    NamesOf(option).Select(name => name.StartsWith("--", StringComparison.Ordinal) ? $"-l {name[2..]}" : $"-s {name[1..]}"));
                string value = !TakesValue(option) ? "" : TakesFile(option) ? " -r" : " -x";
                if (WordsOf(option) is { Length: > 0 } words) value += $" -a {Quoted(string.Join(' ', words))}";
                script.Append($"{here} {names}{value} -d {Quoted(option.Description ?? "")}\n");
            }
        }
        return script.ToString();
    }

    private IEnumerable<Command> Verbs => root.Subcommands;

    private IEnumerable<Option> Shown(Command command) => command.Options.Concat(root.Options.Where(option => option.Recursive)).Distinct();

    private IEnumerable<string> NamesOf(Command command) => Shown(command).SelectMany(NamesOf);

    private static IEnumerable<string> NamesOf(Option option) => option.Aliases.Order(StringComparer.Ordinal).Append(option.Name);

    private static bool TakesValue(Option option) => option.Arity.MaximumNumberOfValues > 0 && option.ValueType != typeof(bool);

    private static bool TakesFile(Option option) => option.HelpName is { } name && FileNames.Any(file => name.Contains(file, StringComparison.Ordinal));

    private static readonly string[] FileNames = ["FILE", "DIR"];

    /// <summary>The words that an option takes, also beside the name of a file: <c>live|none|FILE</c>; none where it takes any.</summary>
    private static string[] WordsOf(Option option)
    {
        if (!TakesValue(option)) return [];
        string[] words = [.. option.GetCompletions(CompletionContext.Empty).Select(word => word.InsertText ?? word.Label)];
        return words.Length > 0 || !TakesFile(option) ? words : [.. option.HelpName!.Split('|').Where(word => word.All(char.IsAsciiLetterLower))];
    }

    private static string ZshValue(Option option)
    {
        string words = string.Join(' ', WordsOf(option));
        return (words.Length > 0, TakesFile(option)) switch
        {
            (true, true) => $"{{compadd {words}; _files}}",
            (true, false) => $"({words})",
            (false, true) => "_files",
            _ => " ",
        };
    }

    private static string[] ArgumentsOf(Command verb) =>
        [.. verb.Arguments.SelectMany(argument => argument.GetCompletions(CompletionContext.Empty)).Select(word => word.InsertText ?? word.Label)];

    /// <summary>Brackets and colons part the words of <c>_arguments</c>.</summary>
    private static string Plain(string text) => text.Replace("\\", "\\\\").Replace("[", "\\[").Replace("]", "\\]").Replace(":", "\\:");
}
