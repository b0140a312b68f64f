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
        var script = new StringBuilder(
            "# bash completion for mxaudit\n_mxaudit() {\n    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} verb=${COMP_WORDS[1]}\n    COMPREPLY=()\n");
        script.Append($"    if [ \"$COMP_CWORD\" -eq 1 ]; then COMPREPLY=($(compgen -W \"{string.Join(' ', Verbs.Select(verb => verb.Name))} {string.Join(' ', NamesOf(root))}\" -- \"$cur\")); return; fi\n    case $verb:$prev in\n");
        foreach (var verb in Verbs)
            foreach (var option in verb.Options.Where(option => WordsOf(option).Length > 0))
                script.Append($"    {string.Join('|', NamesOf(option).Select(name => $"{verb.Name}:{name}"))}) COMPREPLY=($(compgen -W \"{string.Join(' ', WordsOf(option))}\" -- \"$cur\")); return ;;\n");
        script.Append("    esac\n    case $verb in\n");
        foreach (var verb in Verbs)
            script.Append($"    {verb.Name}) COMPREPLY=($(compgen -W \"{string.Join(' ', ArgumentsOf(verb).Concat(NamesOf(verb)))}\" -- \"$cur\")) ;;\n");
        return script.Append("    esac\n}\ncomplete -o default -F _mxaudit mxaudit\n").ToString();
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
                string value = option.Arity.MaximumNumberOfValues == 0 || option.ValueType == typeof(bool) ? ""
                    : $":{Plain(option.HelpName ?? "VALUE")}:{(WordsOf(option) is { Length: > 0 } words ? $"({string.Join(' ', words)})" : "_files")}";
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
                string value = option.ValueType == typeof(bool) || option.Arity.MaximumNumberOfValues == 0 ? ""
                    : WordsOf(option) is { Length: > 0 } words ? $" -x -a {Quoted(string.Join(' ', words))}"
                    : " -r";
                script.Append($"{here} {names}{value} -d {Quoted(option.Description ?? "")}\n");
            }
        }
        return script.ToString();
    }

    private IEnumerable<Command> Verbs => root.Subcommands;

    private IEnumerable<Option> Shown(Command command) => command.Options.Concat(root.Options.Where(option => option.Recursive)).Distinct();

    private IEnumerable<string> NamesOf(Command command) => Shown(command).SelectMany(NamesOf);

    private static IEnumerable<string> NamesOf(Option option) => option.Aliases.Order(StringComparer.Ordinal).Append(option.Name);

    /// <summary>The words that an option takes; none where it takes any.</summary>
    private static string[] WordsOf(Option option) =>
        option.ValueType == typeof(bool) ? [] : [.. option.GetCompletions(CompletionContext.Empty).Select(word => word.InsertText ?? word.Label)];

    private static string[] ArgumentsOf(Command verb) =>
        [.. verb.Arguments.SelectMany(argument => argument.GetCompletions(CompletionContext.Empty)).Select(word => word.InsertText ?? word.Label)];

    /// <summary>Brackets and colons part the words of <c>_arguments</c>.</summary>
    private static string Plain(string text) => text.Replace("\\", "\\\\").Replace("[", "\\[").Replace("]", "\\]").Replace(":", "\\:");
}
