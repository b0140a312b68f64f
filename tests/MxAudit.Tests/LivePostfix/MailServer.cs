using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MxAudit.Tests.LivePostfix;

/// <summary>The next hop, as small as SMTP allows: takes mail for the users it knows and remembers for whom.</summary>
internal sealed class MailServer : IDisposable
{
    private readonly Func<string, bool> _knows;
    private readonly ConcurrentQueue<string> _mailbox = [];
    private TcpListener _listener;

    /// <param name="knows">Null: everybody.</param>
    public MailServer(IPAddress address, Func<string, bool>? knows = null)
    {
        _knows = knows ?? (_ => true);
        _listener = new TcpListener(address, 0);
        Listen();
        Address = (IPEndPoint)_listener.LocalEndpoint;
    }

    public IPEndPoint Address { get; }

    /// <summary>The recipients of all mail it took, as often as it took it.</summary>
    public IReadOnlyCollection<string> Mailbox => _mailbox;

    public void GoDown() => _listener.Stop();

    public void ComeBack()
    {
        _listener = new TcpListener(Address);
        Listen();
    }

    private void Listen()
    {
        _listener.Start();
        var listener = _listener;
        new Thread(() =>
        {
            try { while (true) { var client = listener.AcceptTcpClient(); new Thread(() => Talk(client)) { IsBackground = true }.Start(); } }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException) { } // it went down
        }) { IsBackground = true }.Start();
    }

    private void Talk(TcpClient client)
    {
        using var _ = client;
        using var stream = client.GetStream();
        using var lines = new StreamReader(stream, Encoding.ASCII);
        void Say(string reply) => stream.Write(Encoding.ASCII.GetBytes(reply + "\r\n"));
        List<string> recipients = [];
        try
        {
            Say("220 mx1.example.com ESMTP");
            while (lines.ReadLine() is { } command)
            {
                string verb = command.Split(' ', ':')[0].ToUpperInvariant();
                if (verb == "RCPT")
                {
                    string recipient = command[(command.IndexOf('<') + 1)..command.IndexOf('>')];
                    if (_knows(recipient)) recipients.Add(recipient);
                    Say(_knows(recipient) ? "250 2.1.5 Ok" : $"550 5.1.1 <{recipient}>: Recipient address rejected: User unknown in virtual mailbox table");
                }
                else if (verb == "DATA")
                {
                    Say("354 End data with <CR><LF>.<CR><LF>");
                    while (lines.ReadLine() is { } text && text != ".") { }
                    foreach (string recipient in recipients) _mailbox.Enqueue(recipient);
                    Say("250 2.0.0 Ok");
                }
                else if (verb == "QUIT") { Say("221 2.0.0 Bye"); return; }
                else
                {
                    if (verb is "MAIL" or "RSET" or "EHLO") recipients.Clear();
                    Say("250 2.0.0 Ok");
                }
            }
        }
        catch (IOException) { } // the client is gone
    }

    public void Dispose() => GoDown();
}
