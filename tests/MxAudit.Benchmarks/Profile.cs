using System.IO.Compression;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace MxAudit.Benchmarks;

/// <summary>
/// Writes what was measured in the form that the compiler reads (<c>--mibc</c>): an assembly whose code is never run, but names methods and their counters.
/// </summary>
/// <remarks>
/// <c>AssemblyDictionary</c> names one method for each assembly; there every measured method is <c>ldtoken METHOD, ldstr "InstrumentationDataStart"</c>, the
/// numbers, <c>ldstr "InstrumentationDataEnd", pop</c> (dotnet/runtime, src/coreclr/tools/aot/ILCompiler.ReadyToRun/IBC/MIbcProfileParser.cs).
/// </remarks>
sealed class Profile
{
    /// <summary>Offset, kind, count and other all follow, whatever the counter before had.</summary>
    const int AllOfThem = 0xf;

    static readonly Guid SameInEveryRun = new("6d784175-6469-7420-7072-6f66696c6500");

    readonly MetadataBuilder _tables = new();
    readonly MethodBodyStreamEncoder _bodies = new(new BlobBuilder());
    readonly BlobBuilder _dictionary = new();

    /// <returns>How many methods were written.</returns>
    /// <exception cref="FormatException">Nothing of the assemblies was measured.</exception>
    public static int Write(string measured, string output, IEnumerable<string> assemblies)
    {
        var profile = new Profile();
        var methods = MeasuredMethod.ReadAll(measured).Where(method => method.Counters.Count > 0).ToLookup(method => (method.Name, method.Size));
        int written = assemblies.Sum(assembly => profile.Add(assembly, methods));
        if (written == 0)
            throw new FormatException($"{measured} tells nothing of these assemblies");
        profile.Save(output);
        return written;
    }

    Profile()
    {
        _tables.AddModule(0, _tables.GetOrAddString("profile"), _tables.GetOrAddGuid(SameInEveryRun), default, default);
        _tables.AddAssembly(_tables.GetOrAddString("profile"), new Version(1, 0), default, default, default, AssemblyHashAlgorithm.None);
        _tables.AddTypeDefinition(default, default, _tables.GetOrAddString("<Module>"), default, MetadataTokens.FieldDefinitionHandle(1),
            MetadataTokens.MethodDefinitionHandle(1));
    }

    int Add(string file, ILookup<(string Name, int Size), MeasuredMethod> measured)
    {
        using var portable = new PEReader(File.OpenRead(file));
        var assembly = portable.GetMetadataReader();
        var references = new ReferencesTo(assembly, _tables);
        var code = new InstructionEncoder(new BlobBuilder());
        int written = 0;
        foreach (var handle in assembly.MethodDefinitions)
        {
            var method = assembly.GetMethodDefinition(handle);
            if (method.RelativeVirtualAddress == 0)
                continue;
            int parameters = assembly.GetBlobReader(method.Signature) is var signature && signature.ReadSignatureHeader().IsGeneric ? -1
                : signature.ReadCompressedInteger();
            var candidates = measured[(NameOf(assembly, method), portable.GetMethodBody(method.RelativeVirtualAddress).GetILReader().Length)]
                .Where(candidate => candidate.Parameters == parameters)
                .ToArray();
            if (candidates.Length != 1) // never run, or not to be told apart
                continue;
            written++;
            Describe(code, references.Method(handle), candidates[0].Counters);
        }
        string name = assembly.GetString(assembly.GetAssemblyDefinition().Name) + ";";
        var dictionary = new InstructionEncoder(_dictionary);
        dictionary.LoadString(_tables.GetOrAddUserString(name));
        dictionary.OpCode(ILOpCode.Ldtoken);
        dictionary.Token(AddMethod($"Assemblies_{name}", code));
        dictionary.OpCode(ILOpCode.Pop);
        return written;
    }

    void Describe(InstructionEncoder code, EntityHandle method, IReadOnlyList<Counter> counters)
    {
        code.OpCode(ILOpCode.Ldtoken);
        code.Token(method);
        code.LoadString(_tables.GetOrAddUserString("InstrumentationDataStart"));
        foreach (var counter in counters)
            foreach (int number in (int[])[AllOfThem, counter.Offset, (int)counter.Kind, 1, counter.Other, (int)counter.Value])
                code.LoadConstantI4(number);
        code.LoadString(_tables.GetOrAddUserString("InstrumentationDataEnd"));
        code.OpCode(ILOpCode.Pop);
    }

    MethodDefinitionHandle AddMethod(string name, InstructionEncoder code)
    {
        var signature = new BlobBuilder();
        new BlobEncoder(signature).MethodSignature().Parameters(0, returned => returned.Void(), _ => { });
        return _tables.AddMethodDefinition(MethodAttributes.Public | MethodAttributes.Static, MethodImplAttributes.IL, _tables.GetOrAddString(name),
            _tables.GetOrAddBlob(signature), _bodies.AddMethodBody(code), default);
    }

    /// <summary>In a zip, as the compiler wants it: a tenth of the bytes. The same input gives the same bytes.</summary>
    void Save(string output)
    {
        AddMethod("AssemblyDictionary", new InstructionEncoder(_dictionary));
        var image = new BlobBuilder();
        new ManagedPEBuilder(PEHeaderBuilder.CreateLibraryHeader(), new MetadataRootBuilder(_tables), _bodies.Builder,
            deterministicIdProvider: _ => new BlobContentId(SameInEveryRun, 1)).Serialize(image);
        using var zip = new ZipArchive(File.Create(output), ZipArchiveMode.Create);
        var entry = zip.CreateEntry(Path.GetFileName(output) + ".dll", CompressionLevel.SmallestSize);
        entry.LastWriteTime = new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var file = entry.Open();
        image.WriteContentTo(file);
    }

    static string NameOf(MetadataReader assembly, MethodDefinition method) =>
        $"{NameOf(assembly, assembly.GetTypeDefinition(method.GetDeclaringType()))}.{assembly.GetString(method.Name)}";

    static string NameOf(MetadataReader assembly, TypeDefinition type)
    {
        string name = assembly.GetString(type.Name), space = assembly.GetString(type.Namespace);
        if (type.GetDeclaringType() is { IsNil: false } outer)
            return $"{NameOf(assembly, assembly.GetTypeDefinition(outer))}+{name}";
        return space.Length == 0 ? name : $"{space}.{name}";
    }
}
