using System.Text;
using MxAudit.Input;
using MxAudit.Log;
using MxAudit.Mail;
using MxAudit.Mail.Storage;

namespace MxAudit.Tests.Mail;

/// <summary>What the model is kept in: what goes in comes out, however much it is and however much of it is alike.</summary>
public sealed class StorageTests
{
    private static byte[] Text(int number, int length) =>
        Encoding.ASCII.GetBytes(number.ToString(System.Globalization.CultureInfo.InvariantCulture).PadRight(length, 'x'));

    [Fact]
    public void Texts_stay_what_they_were_in_block_after_block()
    {
        using var texts = new TextTable(new Seeded(1), new Arena());
        var kept = new List<(int Reference, byte[] Text)>();
        for (int i = 0; i < 40_000; i++)
        {
            byte[] text = Text(i, i % 97); // 3 MB, and no length fits a block
            kept.Add((texts.Of(text), text));
        }
        byte[] longest = Text(7, ushort.MaxValue);
        kept.Add((texts.Of(longest), longest));
        foreach (var (reference, text) in kept)
        {
            Assert.True(texts.Bytes(reference).SequenceEqual(text));
            Assert.Equal(reference, texts.Of(text));
            Assert.Equal(0, texts.Domain(reference));
        }
        int distinct = kept.Select(one => Encoding.ASCII.GetString(one.Text)).Distinct().Count();
        Assert.Equal((distinct, distinct), (texts.Count, kept.Select(one => one.Reference).Distinct().Count()));
    }

    [Fact]
    public void More_texts_than_there_are_references_is_said_in_a_sentence()
    {
        using var texts = new TextTable(new Seeded(1), new Arena(), mostBlocks: 2);
        var told = Assert.Throws<InputException>(() =>
        {
            for (int i = 0; i < 40; i++) texts.Of(Text(i, ushort.MaxValue));
        });
        Assert.Contains("--since", told.Message);
        Assert.True(texts.Bytes(texts.Of(Text(0, ushort.MaxValue))).SequenceEqual(Text(0, ushort.MaxValue)));
    }

    [Fact]
    public void What_is_kept_with_a_text_changes_nothing_of_its_neighbours()
    {
        using var texts = new TextTable(new Seeded(1), new Arena());
        int[] references = [.. Enumerable.Range(0, 1_000).Select(i => texts.Of(Text(i, 5 + i % 3)))];
        foreach (int reference in references) (texts.Note(reference), texts.Domain(reference)) = (0xff, -reference);
        for (int i = 0; i < references.Length; i++)
        {
            Assert.True(texts.Bytes(references[i]).SequenceEqual(Text(i, 5 + i % 3)));
            Assert.Equal((0xff, -references[i]), (texts.Note(references[i]), texts.Domain(references[i])));
        }
    }

    /// <summary>Many share the last eight bytes, and so a place.</summary>
    [Fact]
    public void A_frequent_text_is_never_taken_for_another()
    {
        using var texts = new TextTable(new Seeded(1), new Arena());
        var frequent = new FrequentTexts(texts);
        var dice = new Random(20261129);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] text = Encoding.ASCII.GetBytes($"mx{dice.Next(40)}.{new string('a', dice.Next(40))}[192.0.2.{dice.Next(3)}]:25");
            Assert.Equal(texts.Of(text), frequent.Of(text));
        }
        Assert.Equal(texts.Of("none"u8), frequent.Of("none"u8));
    }

    [Fact]
    public void More_rows_than_numbers_are_a_sentence()
    {
        var rows = new NativeList<int>(new Arena(), mostBlocks: 2);
        for (int i = 0; i < 2 * 2048; i++) rows.Add() = i;
        Assert.Contains("than can be kept at once", Assert.Throws<InputException>(() => { rows.Add(); }).Message);
    }

    [Fact]
    public void Rows_begin_as_zeros_and_never_move()
    {
        var rows = new NativeList<AttemptRow>(new Arena());
        ref var first = ref rows.Add();
        for (int i = 1; i < 30_000; i++)
        {
            ref var row = ref rows.Add();
            Assert.Equal((0, 0UL), (row.Life, row.Line));
            row.Life = i;
        }
        first.Life = -1;
        Assert.Equal(-1, rows[0].Life);
        int count = 0;
        foreach (ref var row in rows) Assert.Equal(count++ == 0 ? -1 : count - 1, row.Life);
        Assert.Equal(30_000, count);
    }

    /// <summary>Larger than a region, too.</summary>
    [Fact]
    public unsafe void An_arena_gives_zeros_that_belong_to_nobody_else()
    {
        var arena = new Arena();
        int[] sizes = [1, 15, 100_000, 1 << 20, 7, 40 << 20, 3, (1 << 25) - 16, 64];
        var taken = new List<(nint Start, int Bytes)>();
        foreach (int bytes in sizes)
        {
            var room = new Span<byte>(arena.Take(bytes), bytes);
            Assert.False(room.ContainsAnyExcept((byte)0));
            room.Fill((byte)(taken.Count + 1));
            taken.Add(((nint)System.Runtime.CompilerServices.Unsafe.AsPointer(ref room[0]), bytes));
        }
        for (int i = 0; i < taken.Count; i++) Assert.False(new ReadOnlySpan<byte>((void*)taken[i].Start, taken[i].Bytes).ContainsAnyExcept((byte)(i + 1)));
        GC.KeepAlive(arena);
    }

    [Fact]
    public unsafe void Memory_that_is_given_back_twice_takes_nothing_from_another()
    {
        var first = new Pages(1 << 16);
        first.Dispose();
        using var second = new Pages(1 << 16); // where the first was, as a rule
        second.Start[0] = 7;
        first.Dispose();
        Assert.Equal(7, second.Start[0]);
    }

    /// <summary>As in an outage, and after it: the table grows and gets smaller.</summary>
    [Fact]
    public void An_open_id_is_found_however_many_come_and_go()
    {
        var lives = new NativeList<LifeRow>(new Arena());
        using var live = new LiveTable(new Seeded(1), lives);
        QueueId Id(int number) =>
            QueueId.TryParse(Encoding.ASCII.GetBytes($"{number:X10}"), out var id) ? id : throw new ArgumentOutOfRangeException(nameof(number));
        int Begin(int number)
        {
            ref var row = ref lives.Add();
            row.Id = Id(number);
            return live.Set(lives.Count - 1);
        }
        for (int number = 0; number < 30_000; number++) Assert.Equal(-1, Begin(number));
        for (int number = 0; number < 30_000; number++) Assert.Equal(number, live.Find(Id(number), 0));
        for (int number = 0; number < 29_950; number++) live.Remove(number);
        for (int number = 0; number < 30_000; number++) Assert.Equal(number < 29_950 ? -1 : number, live.Find(Id(number), 0));
        Assert.Equal(29_999, Begin(29_999)); // the life before
        Assert.Equal(-1, Begin(3));
        Assert.Equal((30_000, 30_001), (live.Find(Id(29_999), 0), live.Find(Id(3), 0)));
        Assert.Equal(-1, live.Find(Id(3), 1));
    }

    [Fact]
    public void A_session_is_known_by_process_and_origin_until_it_ends()
    {
        using var sessions = new SessionTable();
        sessions.HeardHelo(100, 1, 5);
        Assert.False(sessions.TryTake(100, 2, out _));
        Assert.False(sessions.TryTake(0, 1, out _));
        Assert.True(sessions.TryTake(100, 1, out var session));
        Assert.Equal(5UL, session.HeloLine);
        sessions.Acted(100, 1, ActionKind.Hold, 6, 7, 8, 9);
        Assert.True(sessions.TryTake(100, 1, out session));
        Assert.Equal((ActionKind.Hold, 6UL, 7L, 8, 9, 5UL),
            (session.PendingAction, session.ActionLine, session.ActionTime, session.Recipient, session.Sender, session.HeloLine));
        Assert.True(sessions.TryTake(100, 1, out session));
        Assert.Equal(ActionKind.None, session.PendingAction); // given once
        sessions.Forget(100, 2);
        Assert.True(sessions.TryTake(100, 1, out _));
        sessions.Forget(100, 1);
        Assert.False(sessions.TryTake(100, 1, out _));
        sessions.HeardHelo(100, 1, 9);
        Assert.True(sessions.TryTake(100, 1, out session));
        Assert.Equal((ActionKind.None, 9UL), (session.PendingAction, session.HeloLine)); // nothing of the one before
    }

    [Theory]
    [InlineData("Ghost@example.com", "ghost@EXAMPLE.com", true)]
    [InlineData("ghost@example.com", "Ghost@example.com", true)]
    [InlineData("ghost@example.com", "ghost@example.com", true)]
    [InlineData("ghost@example.com", "ghosts@example.com", false)]
    [InlineData("Ghost@example.com", "guest@example.com", false)]
    public void In_a_set_of_addresses_upper_and_lower_case_are_one(string probed, string bounced, bool isSame)
    {
        using var audit = new Letters().MessageId("A00001", "1@mx2.fallback.example").Active("A00001", "double-bounce@mx2.fallback.example")
            .Probed("A00001", probed, "undeliverable", "5.1.1")
            .Arrives("A00002").Bounced("A00002", bounced).Audited();
        var set = audit.Mail.AddressesOf(audit.Mail.Probes.Select(probe => probe.Addressee));
        Assert.Equal(isSame, set.Contains(Assert.Single(audit.Mail.Recipients).Addressee));
    }

    [Theory]
    [InlineData("seed-primary-down")]
    [InlineData("verify-storm")]
    [InlineData("unverified-accepted")]
    public void What_is_found_by_reason_or_result_is_what_a_look_at_every_row_finds(string story)
    {
        using var audit = Audit.Run(new AuditRequest { Logs = [Golden.PathOf($"sample-logs/{story}/mail.log")] });
        var mail = audit.Mail;
        foreach (var reason in Enum.GetValues<ReasonClass>())
        {
            Assert.Equal(mail.Rejects.Where(reject => reject.ReasonClass == reason), mail.RejectsFor(reason));
            Assert.Equal(mail.Probes.Where(probe => probe.ReasonClass == reason), mail.ProbesFor(reason));
        }
        foreach (var result in Enum.GetValues<ProbeResult>()) Assert.Equal(mail.Probes.Where(probe => probe.Result == result), mail.ProbesWith(result));
        Assert.Equal(mail.Probes.Where(probe => probe.NotCached), mail.ProbesNotCached);
        Assert.True(mail.Rejects.Count + mail.Probes.Count > 0);
    }
}
