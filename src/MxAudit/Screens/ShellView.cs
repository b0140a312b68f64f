using System.Text;
using Terminal.Gui.Drivers;
using Terminal.Gui.Input;
using Terminal.Gui.ViewBase;
using Terminal.Gui.Views;

namespace MxAudit.Screens;

/// <summary>The shell on a terminal: the only view there is. It names the keys and copies the canvas, cell by cell.</summary>
internal sealed class ShellView : Runnable
{
    private readonly Shell _shell;
    private Palette _palette;

    public ShellView(Shell shell, Palette palette)
    {
        (_shell, _palette) = (shell, palette);
        CanFocus = true;
        (Width, Height) = (Dim.Fill(), Dim.Fill());
    }

    /// <summary>Another one fits the terminal better.</summary>
    public Palette Palette
    {
        set
        {
            _palette = value;
            SetNeedsDraw();
        }
    }

    protected override bool OnKeyDown(Key key)
    {
        if (key == Key.Z.WithCtrl) return false; // the library stops the program as the terminal would
        if (NameOf(key) is not { } name) return true;
        _shell.Press(name);
        if (_shell.Left) RequestStop();
        SetNeedsDraw();
        return true;
    }

    protected override bool OnMouseEvent(Mouse mouse)
    {
        string? key = mouse.Flags.HasFlag(MouseFlags.WheeledDown) ? "Down" : mouse.Flags.HasFlag(MouseFlags.WheeledUp) ? "Up" : null;
        if (key is null) return false;
        _shell.Press(key);
        SetNeedsDraw();
        return true;
    }

    protected override bool OnClearingViewport() => true; // every cell is written below

    protected override bool OnDrawingContent(DrawContext? context)
    {
        var canvas = new Canvas(Viewport.Width, Viewport.Height, _shell.Ascii);
        _shell.Draw(canvas);
        var run = new StringBuilder();
        for (int y = 0; y < canvas.Height; y++)
            for (int x = 0; x < canvas.Width;)
            {
                var first = canvas[x, y];
                SetAttribute(_palette.Of(first.Tone, first.Marked));
                Move(x, y);
                if (!IsPlain(first))
                {
                    AddStr(first.Text);
                    x += x + 1 < canvas.Width && canvas[x + 1, y].Text.Length == 0 ? 2 : 1;
                    continue;
                }
                run.Clear();
                for (; x < canvas.Width && IsPlain(canvas[x, y]) && (canvas[x, y].Tone, canvas[x, y].Marked) == (first.Tone, first.Marked); x++)
                    run.Append(canvas[x, y].Text);
                AddStr(run.ToString());
            }
        return true;
    }

    /// <summary>Only these are written together; all else might be joined with its neighbours.</summary>
    private static bool IsPlain(CanvasCell cell) => cell.Text.Length == 1 && cell.Text[0] is >= ' ' and <= '~';

    /// <summary>As <see cref="KeyHint"/> names keys; null for one that has no name here.</summary>
    internal static string? NameOf(Key key)
    {
        if (!key.IsCtrl && !key.IsAlt && key.AsRune is { Value: > ' ' and not 127 } rune) return rune.ToString();
        string shift = key.IsShift ? "Shift+" : "", ctrl = key.IsCtrl ? "Ctrl+" : "";
        var bare = key.NoShift.NoCtrl.NoAlt;
        if (bare == Key.Space) return " ";
        string? name = bare.KeyCode switch
        {
            KeyCode.CursorUp => "Up",
            KeyCode.CursorDown => "Down",
            KeyCode.CursorLeft => "Left",
            KeyCode.CursorRight => "Right",
            KeyCode.PageUp => "PageUp",
            KeyCode.PageDown => "PageDown",
            KeyCode.Home => "Home",
            KeyCode.End => "End",
            KeyCode.Enter => "Enter",
            KeyCode.Esc => "Esc",
            KeyCode.Tab => "Tab",
            KeyCode.Backspace => "Backspace",
            KeyCode.Delete => "Delete",
            >= KeyCode.F1 and <= KeyCode.F12 => $"F{(int)(bare.KeyCode - KeyCode.F1) + 1}",
            >= KeyCode.A and <= KeyCode.Z when key.IsCtrl => ((char)bare.KeyCode).ToString(),
            _ => null,
        };
        return name is null ? null : ctrl + (name.Length == 1 ? "" : shift) + name;
    }
}
