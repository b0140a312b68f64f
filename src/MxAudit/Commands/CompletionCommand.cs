using System.CommandLine;

namespace MxAudit.Commands;

/// <summary><c>mxaudit completion</c>: a script that completes verbs, options and their words in a shell.</summary>
internal sealed class CompletionCommand : Verb
{
    private static readonly string[] Shells = ["bash", "zsh", "fish"];
    private readonly Argument<string> _shell = new("SHELL") { HelpName = "bash|zsh|fish", Description = "Which shell" };

    public CompletionCommand() : base("completion", "Print a script that completes commands in a shell",
    [
        ("mxaudit completion bash > /etc/bash_completion.d/mxaudit", "for everybody"),
        ("source <(mxaudit completion bash)", "for this shell"),
        ("mxaudit completion zsh > ~/.zfunc/_mxaudit", "in a folder of fpath"),
        ("mxaudit completion fish > ~/.config/fish/completions/mxaudit.fish", "for fish"),
    ])
    {
        _shell.AcceptOnlyFromAmong(Shells);
        Arguments.Add(_shell);
    }

    public override int Run(ParseResult parsed, Terminal terminal)
    {
        var words = new CompletionWords(CommandLine.Root());
        string script = parsed.GetValue(_shell) switch { "bash" => words.Bash(), "zsh" => words.Zsh(), _ => words.Fish() };
        ResultFile.WriteText(null, terminal, writer => writer.Write(script));
        return ExitStatus.Ok;
    }
}
