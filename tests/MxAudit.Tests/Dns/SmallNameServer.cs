using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MxAudit.Tests.Dns;

/// <summary>A name server on loopback: real packets, a handful of records, and every kind of trouble.</summary>
internal sealed class SmallNameServer : IDisposable
{
    private const int NoSuchDomain = 3, ServerFailure = 2;

    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly string[][] _records;

    /// <param name="records">One each: <c>example.com MX 10 mx1.example.com</c>, <c>a.example CNAME b.example</c>,
    /// <c>x.example SERVFAIL</c>, <c>y.example SILENT</c>.</param>
    public SmallNameServer(params string[] records)
    {
        _records = [.. records.Select(record => record.Split(' '))];
        new Thread(Serve) { IsBackground = true }.Start();
    }

    public IPEndPoint Address => (IPEndPoint)_socket.Client.LocalEndPoint!;

    /// <summary>What was asked, as <c>example.com MX</c>.</summary>
    public ConcurrentQueue<string> Questions { get; } = [];

    public void Dispose() => _socket.Dispose();

    private void Serve()
    {
        try
        {
            while (true)
            {
                IPEndPoint? client = null;
                byte[] question = _socket.Receive(ref client);
                if (question.Length == 0) return; // disposed
                if (Answer(question) is { } answer) _socket.Send(answer, client);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException) { } // the test is over
    }

    private byte[]? Answer(byte[] question)
    {
        var labels = new List<string>();
        int at = 12;
        for (; question[at] > 0; at += question[at] + 1) labels.Add(Encoding.ASCII.GetString(question, at + 1, question[at]));
        string name = string.Join('.', labels).ToLowerInvariant();
        int type = BinaryPrimitives.ReadUInt16BigEndian(question.AsSpan(at + 1));
        string typeName = type switch { 1 => "A", 15 => "MX", 28 => "AAAA", _ => $"TYPE{type}" };
        Questions.Enqueue($"{name} {typeName}");
        var own = _records.Where(record => record[0] == name).ToList();
        if (own.Any(record => record[1] == "SILENT" || record[1] == "SILENT-" + typeName)) return null;

        var records = own.Where(record => record[1] == typeName).ToList();
        if (own.FirstOrDefault(record => record[1] == "CNAME") is { } alias)
            records = [alias, .. _records.Where(record => record[0] == alias[2] && record[1] == typeName)];
        int code = own.Any(record => record[1] == "SERVFAIL" || record[1] == "SERVFAIL-" + typeName) ? ServerFailure : own.Count == 0 ? NoSuchDomain : 0;
        using var answer = new MemoryStream();
        answer.Write(question.AsSpan(0, 2));
        answer.Write([0x81, (byte)(0x80 | code), 0, 1, 0, (byte)records.Count, 0, 0, 0, 0]);
        answer.Write(question.AsSpan(12, at + 5 - 12));
        foreach (string[] record in records) Write(answer, record);
        return answer.ToArray();
    }

    private static void Write(MemoryStream answer, string[] record)
    {
        byte[] data = record[1] switch
        {
            "MX" => [.. Number(int.Parse(record[2])), .. Name(record[3])],
            "CNAME" => Name(record[2]),
            _ => IPAddress.Parse(record[2]).GetAddressBytes(),
        };
        answer.Write(Name(record[0]));
        answer.Write(Number(record[1] switch { "A" => 1, "CNAME" => 5, "MX" => 15, _ => 28 }));
        answer.Write([0, 1, 0, 0, 0, 60]);
        answer.Write(Number(data.Length));
        answer.Write(data);
    }

    private static byte[] Number(int number) => [(byte)(number >> 8), (byte)number];

    private static byte[] Name(string name) =>
        [.. name.Split('.', StringSplitOptions.RemoveEmptyEntries).SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0];
}
