using MxAudit.Commands;

using var terminal = Terminal.OfThisProcess();
return CommandLine.Run(args, terminal);
