namespace MxAudit;

/// <summary>Stands before LINQ's Select for all code below this namespace, and does the same.</summary>
/// <remarks>
/// LINQ's own lets what it walks through make the next step, by a generic virtual method. Compiled ahead of time there is none for each pair of types: the
/// runtime puts it together at the first call, 160 thousand instructions each, which was a tenth of the check of a small log (docs/performance.md).
/// </remarks>
internal static class Sequences
{
    public static IEnumerable<TResult> Select<TSource, TResult>(this IEnumerable<TSource> source, Func<TSource, TResult> selector) =>
        source is IList<TSource> ? Enumerable.Select(source, selector) : EachOf(source, selector);

    private static IEnumerable<TResult> EachOf<TSource, TResult>(IEnumerable<TSource> source, Func<TSource, TResult> selector)
    {
        foreach (var one in source) yield return selector(one);
    }
}
