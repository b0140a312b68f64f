using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace MxAudit.Benchmarks;

/// <summary>Names the methods of one assembly in the tables of another file (ECMA-335, II.22 and II.23.2).</summary>
sealed class ReferencesTo(MetadataReader assembly, MetadataBuilder tables)
{
    readonly Dictionary<string, EntityHandle> _assemblies = [];
    readonly Dictionary<EntityHandle, EntityHandle> _types = [];

    public EntityHandle Method(MethodDefinitionHandle handle)
    {
        var method = assembly.GetMethodDefinition(handle);
        return tables.AddMemberReference(Type(method.GetDeclaringType()), Copy(method.Name), Signature(method.Signature));
    }

    EntityHandle Type(EntityHandle handle)
    {
        if (_types.TryGetValue(handle, out var known))
            return known;
        if (handle.Kind == HandleKind.TypeDefinition)
        {
            var type = assembly.GetTypeDefinition((TypeDefinitionHandle)handle);
            return _types[handle] = tables.AddTypeReference(type.GetDeclaringType() is { IsNil: false } outer ? Type(outer) : Itself(),
                Copy(type.Namespace), Copy(type.Name));
        }
        var named = assembly.GetTypeReference((TypeReferenceHandle)handle);
        return _types[handle] = tables.AddTypeReference(
            named.ResolutionScope is { Kind: HandleKind.AssemblyReference } scope ? Other((AssemblyReferenceHandle)scope) : Type(named.ResolutionScope),
            Copy(named.Namespace), Copy(named.Name));
    }

    EntityHandle Itself()
    {
        var itself = assembly.GetAssemblyDefinition();
        return Assembly(assembly.GetString(itself.Name), itself.Version, default);
    }

    EntityHandle Other(AssemblyReferenceHandle handle)
    {
        var other = assembly.GetAssemblyReference(handle);
        return Assembly(assembly.GetString(other.Name), other.Version, other.PublicKeyOrToken);
    }

    EntityHandle Assembly(string name, Version version, BlobHandle key) =>
        _assemblies.TryGetValue(name, out var known) ? known
            : _assemblies[name] = tables.AddAssemblyReference(tables.GetOrAddString(name), version, default,
                key.IsNil ? default : tables.GetOrAddBlob(assembly.GetBlobBytes(key)), default, default);

    StringHandle Copy(StringHandle name) => tables.GetOrAddString(assembly.GetString(name));

    BlobHandle Signature(BlobHandle handle)
    {
        var from = assembly.GetBlobReader(handle);
        var to = new BlobBuilder();
        var header = from.ReadSignatureHeader();
        to.WriteByte(header.RawValue);
        if (header.IsGeneric)
            CopyNumber(ref from, to);
        CopyTypes(CopyNumber(ref from, to) + 1, ref from, to); // what it gives back, and what it takes
        return tables.GetOrAddBlob(to);
    }

    void CopyTypes(int count, ref BlobReader from, BlobBuilder to)
    {
        for (; count > 0; count--)
            CopyType(ref from, to);
    }

    /// <summary>The same bytes, but for the types that are named in them.</summary>
    void CopyType(ref BlobReader from, BlobBuilder to)
    {
        const int Class = 0x12, ValueType = 0x11; // of SignatureTypeCode both are TypeHandle
        int code = CopyNumber(ref from, to);
        switch (code)
        {
            case Class or ValueType:
                CopyName(ref from, to);
                break;
            case (int)SignatureTypeCode.RequiredModifier or (int)SignatureTypeCode.OptionalModifier:
                CopyName(ref from, to);
                CopyType(ref from, to);
                break;
            case (int)SignatureTypeCode.Pointer or (int)SignatureTypeCode.ByReference or (int)SignatureTypeCode.SZArray:
                CopyType(ref from, to);
                break;
            case (int)SignatureTypeCode.GenericTypeParameter or (int)SignatureTypeCode.GenericMethodParameter:
                CopyNumber(ref from, to);
                break;
            case (int)SignatureTypeCode.GenericTypeInstance:
                CopyType(ref from, to);
                CopyTypes(CopyNumber(ref from, to), ref from, to);
                break;
            case (int)SignatureTypeCode.Array or (int)SignatureTypeCode.FunctionPointer:
                throw new FormatException("a signature has an array of several dimensions or a pointer to a function, which nothing here reads");
        }
    }

    void CopyName(ref BlobReader from, BlobBuilder to) => to.WriteCompressedInteger(CodedIndex.TypeDefOrRefOrSpec(Type(from.ReadTypeHandle())));

    static int CopyNumber(ref BlobReader from, BlobBuilder to)
    {
        int number = from.ReadCompressedInteger();
        to.WriteCompressedInteger(number);
        return number;
    }
}
