"""Rewrites named fields of named items in an authoring file, leaving every other line as it stands."""
import re, textwrap
WIDTH = 102
PLAIN = re.compile(r'^[A-Za-zÀ-ỹ][^#]*$')
def scalar(text):
    if PLAIN.match(text) and ': ' not in text and not text.endswith(':') and ' #' not in text:
        return text
    return '"' + text.replace('\\', '\\\\').replace('"', '\\"') + '"'
def fold(text):
    return textwrap.wrap(text, WIDTH - 6, break_long_words=False, break_on_hyphens=False)
def apply(path, edits):
    lines = open(path, encoding='utf-8').read().split('\n')
    out, item, i = [], None, 0
    seen = set()
    while i < len(lines):
        line = lines[i]
        m = re.match(r'^  - id: (\S+)$', line)
        if m: item = m.group(1)
        e = edits.get(item, {})
        m = re.match(r'^      ([A-J]): ', line)
        if m and m.group(1) in e:
            out.append(f'      {m.group(1)}: {scalar(e[m.group(1)])}'); seen.add((item, m.group(1))); i += 1; continue
        m = re.match(r'^    (stem|explanation): >-$', line)
        if m and m.group(1) in e:
            out.append(line); i += 1
            while lines[i].startswith('      '): i += 1
            out += ['      ' + l for l in fold(e[m.group(1)])]; seen.add((item, m.group(1))); continue
        if line.startswith('    source: ') and 'source' in e:
            out.append('    source: ' + scalar(e['source'])); seen.add((item, 'source')); i += 1; continue
        out.append(line); i += 1
    wanted = {(k, f) for k, v in edits.items() for f in v}
    assert wanted == seen, wanted - seen
    open(path, 'w', encoding='utf-8').write('\n'.join(out))
