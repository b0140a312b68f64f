namespace MxAudit.Writers;

/// <summary>How the report looks: light and dark as the reader's system is, on paper always light.</summary>
internal static class ReportStyle
{
    public const string Sheet = """
        :root { --paper: #ffffff; --ground: #f3f4f6; --ink: #1b2130; --soft: #5b6475; --rule: #dde1e8; --good: #2f6fb3; --bad: #c2410c; --down: #fbe3d6;
          --ok: #1a7f4b; --warning: #9a6700; --critical: #b3261e; --unknown: #5b6475; --low: #2f6fb3; --info: #5b6475; --high: #b3261e; --medium: #9a6700; }
        @media (prefers-color-scheme: dark) { :root { --paper: #181c25; --ground: #0f1218; --ink: #e7eaf0; --soft: #9ba5b7; --rule: #2d3442; --good: #6aa9e6; --bad: #f0894f;
          --down: #5a3424; --ok: #4cc38a; --warning: #e2a93b; --critical: #ff7b72; --unknown: #9ba5b7; --low: #6aa9e6; --info: #9ba5b7; --high: #ff7b72; --medium: #e2a93b; } }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 1.25rem; max-width: 66rem; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "Liberation Sans", "DejaVu Sans", sans-serif; }
        .skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; top: .5rem; background: var(--paper); padding: .25rem .75rem; }
        a { color: var(--good); } :focus-visible { outline: 2px solid var(--good); outline-offset: 2px; }
        h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .35rem; } h2 { font-size: 1.2rem; margin: 0 0 .35rem; } h3 { font-size: .8rem; margin: 1rem 0 .25rem; color: var(--soft); text-transform: uppercase; letter-spacing: .05em; }
        p { margin: 0 0 .6rem; overflow-wrap: anywhere; } .lead { max-width: 46rem; } .note { color: var(--soft); font-size: .85rem; }
        header, section, .figures li { background: var(--paper); border: 1px solid var(--rule); border-radius: 10px; }
        header, section { padding: 1.25rem 1.5rem; margin: 0 0 1rem; }
        .verdict { border-left: 8px solid var(--unknown); } .verdict .word { float: right; margin: 0 0 .5rem 1rem; padding: .15rem .8rem; border-radius: 99px; border: 2px solid; font-weight: 700; text-transform: uppercase; letter-spacing: .06em; font-size: .85rem; }
        .verdict.ok { border-left-color: var(--ok); } .verdict.ok .word { color: var(--ok); } .verdict.warning { border-left-color: var(--warning); } .verdict.warning .word { color: var(--warning); }
        .verdict.critical { border-left-color: var(--critical); } .verdict.critical .word { color: var(--critical); }
        h2.first { font-size: .95rem; margin: .9rem 0 .2rem; } ol.first { margin: 0; padding-left: 1.4rem; } ol.first li { margin: 0 0 .2rem; overflow-wrap: anywhere; }
        .part { margin-top: 1.4rem; } .onpaper { display: none; } .state { font-size: .72rem; font-weight: 700; text-transform: uppercase; letter-spacing: .04em; border-radius: 99px; padding: .05rem .55rem; background: var(--rule); }
        .sentence { font-size: 1.1rem; } .window { color: var(--soft); margin: 0; }
        .figures { list-style: none; margin: 0 0 1rem; padding: 0; display: grid; grid-template-columns: repeat(5, 1fr); gap: .75rem; }
        .figures li { padding: .8rem 1rem; } .figures span { display: block; color: var(--soft); font-size: .85rem; line-height: 1.3; } .figures b { font-size: 1.9rem; line-height: 1.25; font-variant-numeric: tabular-nums; } .figures .bad b { color: var(--bad); }
        nav { margin: 0 0 1rem; display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; font-size: .9rem; }
        .finding { border: 1px solid var(--rule); border-left: 5px solid var(--info); border-radius: 6px; margin: 0 0 .6rem; padding: 0 1rem; }
        .finding summary { cursor: pointer; padding: .55rem 0; margin: 0 -.25rem; } .finding[open] { padding-bottom: .5rem; } .finding .title { font-weight: 600; } .finding .subject { color: var(--soft); overflow-wrap: anywhere; }
        .severity { display: inline-block; min-width: 4.6rem; text-align: center; font-size: .72rem; font-weight: 700; text-transform: uppercase; letter-spacing: .04em; border: 1px solid; border-radius: 99px; padding: 0 .55rem; color: var(--info); }
        .critical > summary .severity { color: var(--critical); } .high > summary .severity { color: var(--high); } .medium > summary .severity { color: var(--medium); } .low > summary .severity { color: var(--low); }
        .finding.critical { border-left-color: var(--critical); } .finding.high { border-left-color: var(--high); } .finding.medium { border-left-color: var(--medium); } .finding.low { border-left-color: var(--low); }
        .proof { margin: -.35rem 0 .9rem; } .finding .proof > summary { padding: 0; margin: 0; color: var(--soft); font-size: .88rem; cursor: pointer; }
        pre, code { font: .84rem/1.45 ui-monospace, "Liberation Mono", "DejaVu Sans Mono", monospace; } pre { background: var(--ground); border-radius: 6px; padding: .6rem .8rem; margin: 0 0 .6rem; white-space: pre-wrap; overflow-wrap: anywhere; }
        .proofs { list-style: none; padding: 0; margin: 0 0 .6rem; } .proofs li { padding: .3rem 0; border-top: 1px solid var(--rule); overflow-wrap: anywhere; } .proofs .place { color: var(--soft); font-size: .8rem; display: block; } .proofs code { font-size: .78rem; }
        figure { margin: .9rem 0 0; } figcaption, .caption { text-align: left; color: var(--soft); font-size: .88rem; padding-bottom: .35rem; } .pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: 0 2.5rem; }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .9rem; } th { text-align: left; font-weight: 400; } thead th { color: var(--soft); font-size: .8rem; vertical-align: bottom; }
        th, td { padding: .25rem .6rem .25rem 0; border-bottom: 1px solid var(--rule); } td, thead th + th { text-align: right; } tbody th { overflow-wrap: anywhere; min-width: 8rem; } .caption { margin: 1.1rem 0 0; } .wide { overflow-x: auto; } .wide tbody th { min-width: 11rem; } .wide td { white-space: nowrap; }
        .bars th { width: 46%; overflow-wrap: anywhere; } .bars th, .bars td { border: 0; padding: .12rem .5rem .12rem 0; } .bars svg { display: block; width: 100%; height: .85rem; } .bars rect { fill: var(--good); } .bars td + td { width: 3.5rem; }
        .lane { margin: 0 0 .55rem; } .lane .name { font-size: .88rem; overflow-wrap: anywhere; } .lane .sum { color: var(--soft); font-size: .8rem; } .lane svg { display: block; width: 100%; height: 38px; border-bottom: 1px solid var(--soft); background: var(--ground); } .lane.hop svg { height: 10px; border: 0; }
        .lane rect { fill: var(--good); } .lane.bad rect { fill: var(--bad); } .lane rect.down, .lane.bad rect.down { fill: var(--down); } .lane rect.gone { fill: var(--critical); } .down { background: var(--down); color: var(--ink); padding: 0 .3rem; border-radius: 3px; }
        .axis { display: flex; justify-content: space-between; color: var(--soft); font-size: .78rem; gap: .5rem; } .axis time:nth-child(2) { text-align: center; } .axis time:last-child { text-align: right; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.25rem; margin: 0; font-size: .9rem; } dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
        @media (max-width: 46rem) { .figures { grid-template-columns: repeat(3, 1fr); } }
        @media (max-width: 34rem) { body { padding: .6rem; } header, section { padding: 1rem; } .figures { grid-template-columns: 1fr 1fr; gap: .5rem; } .figures li { padding: .6rem .8rem; } .figures li:last-child { grid-column: span 2; } dl { grid-template-columns: 1fr; } dd { margin-bottom: .5rem; } .finding .subject { display: block; } }
        @media print { :root { --paper: #fff; --ground: #f6f6f6; --ink: #000; --soft: #444; --rule: #ccc; --good: #2f6fb3; --bad: #c2410c; --down: #fbe3d6; --critical: #b3261e; --high: #b3261e; --medium: #9a6700; --low: #2f6fb3; --ok: #1a7f4b; --warning: #9a6700; }
          body { max-width: none; padding: 0; background: #fff; font-size: 10pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; } nav, .skip, .onscreen { display: none; } .onpaper { display: block; } .figures { grid-template-columns: repeat(5, 1fr); gap: .4rem; } .figures li:last-child { grid-column: auto; }
          .finding::details-content { display: block; content-visibility: visible; } .proof { margin: 0 0 .5rem; } .proof::details-content { display: none; } summary { list-style: none; } summary::marker { content: ""; } h2, h3, summary, .caption, figcaption { break-after: avoid; }
          header, section { border: 0; border-top: 1px solid #999; border-radius: 0; padding: .6rem 0; } .verdict { border-left: 8px solid; padding-left: 1rem; } .lane, li, tr, pre, figure.bars, figure.timeline { break-inside: avoid; } .finding { border-width: 0 0 0 5px; } .wide { overflow: visible; } }
        """;
}
