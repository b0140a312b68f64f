using MxAudit.Commands;

using var terminal = MxAudit.Commands.Terminal.OfThisProcess();
return CommandLine.Run(args, terminal);
