// SPDX-License-Identifier: GPL-2.0-or-later

/// How a page looks: in the light and in the dark, on a phone and on a desk.
enum PageStyle {
  /// The width from which findings stand in a margin; below it they stand between the lines.
  static let sheet = """
    :root {
      --page: #ffffff; --ink: #1c2128; --faint: #59636e; --line: #d0d7de; --panel: #f6f8fa;
      --added: #e2f7e6; --removed: #ffe9e6; --link: #0550ae; --mark: #fff1b0;
      --error: #b3141d; --warning: #855300; --note: #0a5cb8;
      --margin: 25rem;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --page: #0f1419; --ink: #dfe5ec; --faint: #98a4b1; --line: #323b45; --panel: #171d24;
        --added: #12301c; --removed: #3b1a1a; --link: #7db7ff; --mark: #5a4a00;
        --error: #ff8d87; --warning: #e6b450; --note: #7db7ff;
      }
    }
    * { box-sizing: border-box; }
    html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; }
    body { margin: 0; background: var(--page); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
    main { max-width: 76rem; margin: 0 auto; padding: 1rem; }
    section + section { margin-top: 3rem; border-top: 3px solid var(--line); }
    h1 { font-size: 1.5rem; line-height: 1.25; margin: .5rem 0; overflow-wrap: anywhere; }
    h2 { font-size: 1.15rem; line-height: 1.3; margin: 2.5rem 0 .25rem; overflow-wrap: anywhere; }
    p { margin: .25rem 0; overflow-wrap: anywhere; }
    a { color: var(--link); }
    a:focus-visible, summary:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
    code, pre { font: .8125rem/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; tab-size: 8; }
    pre { margin: .5rem 0; padding: .5rem; overflow-x: auto; background: var(--panel); border-radius: 4px; }
    .facts, .problem { color: var(--faint); font-size: .875rem; }
    nav > ol { padding-left: 1.75rem; }
    nav li { margin: .25rem 0; overflow-wrap: anywhere; }
    nav ul { list-style: none; padding: 0; margin: .25rem 0 .75rem; }
    nav ul a { text-decoration: none; color: inherit; }
    nav ul a:hover, nav ul a:focus { text-decoration: underline; }
    details { margin: .5rem 0; }
    summary { cursor: pointer; padding: .375rem .25rem; overflow-wrap: anywhere; }
    .count { color: var(--faint); font-size: .875rem; white-space: nowrap; }
    .text, .diff { border: 1px solid var(--line); border-radius: 4px; padding: .25rem 0; }
    .line { display: grid; grid-template-columns: 1fr; }
    .diff .line:not(.hunk) { grid-template-columns: 4ch 4ch 1fr; font-size: .8125rem; }
    .line code { white-space: pre-wrap; overflow-wrap: anywhere; padding: 0 .5rem; min-height: 1.45em; }
    .line i { color: var(--faint); font: .75rem/1.6 ui-monospace, Consolas, "DejaVu Sans Mono", monospace; text-align: right; }
    .line i::before { content: attr(data-n); }
    .added { background: var(--added); }
    .removed { background: var(--removed); }
    .hunk { background: var(--panel); color: var(--faint); }
    mark { background: var(--mark); color: inherit; border-radius: 2px; }
    .finding {
      margin: .5rem; padding: .5rem .75rem; font-size: .875rem; background: var(--page);
      border: 1px solid var(--line); border-left: 4px solid var(--tone); border-radius: 4px;
    }
    .finding:target { outline: 3px solid var(--tone); outline-offset: 1px; }
    [data-severity="error"] { --tone: var(--error); }
    [data-severity="warning"] { --tone: var(--warning); }
    [data-severity="note"] { --tone: var(--note); }
    .severity { color: var(--tone); }
    .rule, .source { color: var(--faint); }
    .finding ul { margin: .25rem 0; padding-left: 1.1rem; overflow-wrap: anywhere; }
    .finding pre { white-space: pre-wrap; overflow-wrap: anywhere; }
    .finding summary { padding: .125rem 0; color: var(--faint); }
    .finding .line { display: block; white-space: pre-wrap; }
    .lanes { border-collapse: collapse; width: 100%; margin: .5rem 0; }
    .lanes th { width: 1.5rem; padding: 0 0 .25rem; vertical-align: bottom; font-weight: 600; font-size: .75rem; }
    .lanes th span { writing-mode: vertical-rl; transform: rotate(180deg); max-height: 12rem; }
    .lanes td { padding: .25rem 0; vertical-align: top; }
    .lanes .lane {
      padding: .375rem 0; text-align: center; line-height: 1;
      background: linear-gradient(var(--line), var(--line)) center / 2px 100% no-repeat;
    }
    .lanes .lane b { display: inline-block; width: .8rem; height: .8rem; border-radius: 50%; background: var(--faint); }
    .lanes .step { padding-left: .5rem; overflow-wrap: anywhere; }
    .lanes .step code { white-space: pre-wrap; }
    .lanes small { display: block; color: var(--faint); font-size: .75rem; line-height: 1.35; }
    .lanes .violation .step { background: var(--mark); box-shadow: inset 3px 0 var(--tone); }
    .lanes strong { display: block; font-size: .8125rem; line-height: 1.35; }
    .lanes .violation .step small, .lanes .violation .step strong { color: inherit; }
    .lanes .violation .lane b { background: var(--tone); }
    .way a { display: inline-block; padding: .25rem 1rem .25rem 0; }
    .help::before { content: "Help: "; color: var(--faint); }
    @media (max-width: 40rem) {
      main { padding: .5rem; }
      code, pre { tab-size: 4; font-size: .75rem; }
      .diff .line:not(.hunk) { grid-template-columns: 0 3.5ch 1fr; }
      .diff .line i:first-child { visibility: hidden; }
      .line code { padding: 0 .25rem; }
    }
    @media (min-width: 75rem) {
      main { max-width: 104rem; }
      article, section > header { padding-right: calc(var(--margin) + 1.5rem); }
      .text .finding, .diff .finding, .elsewhere .finding, header .finding {
        float: right; clear: right; width: var(--margin);
        /* Beside the line above it. */
        margin: -1.4rem calc(-1 * var(--margin) - 1.5rem) 2.25rem 0;
      }
      article::after, section > header::after { content: ""; display: block; clear: both; }
    }
    """
}
