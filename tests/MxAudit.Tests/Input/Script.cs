namespace MxAudit.Tests.Input;

/// <summary>A small script that stands for a program of the host.</summary>
internal static class Script
{
    /// <param name="text">What the shell does; without a first line of its own.</param>
    public static void Write(string path, string text)
    {
        File.WriteAllText(path, $"#!/bin/sh\n{text}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
