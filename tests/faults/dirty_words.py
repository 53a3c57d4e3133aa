"""Words, values and lines of YAML that nobody expects in a cell, a setting or a file."""

import datetime
from typing import Any

MARK = "zz9"  # stands in every hostile text, so that it can be found again

HOSTILE = (
    f"{MARK}<script>window.ran = 1</script> \"'><img src=x onerror='window.ran=1'> </style><svg onload=window.ran=1> "
    "[x](javascript:window.ran=1) `' {{7*7}} {% raise %} $x^{$ \\frac{1}{ ; DROP TABLE entries; -- | cell ../../up"
)

CELLS = (
    *(
        "",
        " ",
        "\t",
        "NaN",
        "nan",
        "NA",
        "null",
        "None",
        "#REF!",
        "-",
        "?",
        "inf",
        "-inf",
        "Infinity",
        "1e308",
        "1e999",
    ),
    *(
        "-1e308",
        "1e-320",
        "-5",
        "0",
        "007",
        "1,234",
        "1.234,5",
        "12 %",
        "$12",
        "12€",
        "١٢٣",
        "½",
        "0x1F",
        "1_000",
        "true",
    ),
    *("2026-13-45", "2026-02-30", "9999-12-31", "0001-01-01", "0000-00-00", "10000-01-01", "31/12/2026", "20260727"),
    *("2026-07-27 25:00", "2026-07-27T00:00:00+14:00", "1767571200", "2026-W30", "-2026-07-27", "tomorrow"),
    *("😀😀", "e\u0301", "\u202eevil", "\u200b", "\ufeff", "\x07", "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x7f"),
    *(
        "line\nbreak",
        "line\rbreak",
        "\u2028",
        "x" * 300,
        "x" * 20_000,
        "ж" * 2000,
        '"',
        "'",
        "`",
        "\\",
        "%s%n",
        "a;b;c",
    ),
    *('=HYPERLINK("http://evil.example";"x")', "=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1"),
    *("'; DROP TABLE entries; --", "../../../etc/passwd", "north/../south", "..", "/", "C:\\x", "con", "{{7*7}}"),
    *("${SAYPRO_TEST_SECRET}", "$HOME", "$\\frac{1}{$", "$x$", "_x_", "**b**", "[x](javascript:alert(1))", HOSTILE),
)
"""What may stand in a cell of a CSV."""

NODES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 10**30, 1e308, -1e308, float("inf"), float("nan"), 1e-320, "", " ", [], {}, [[]]),
    *(
        [None],
        {"a": 1},
        {"a": {"b": []}},
        ["north", "north"],
        "north",
        "revenue",
        "nowhere",
        "week",
        "no",
        "10:00",
        600,
    ),
    *(datetime.date(2026, 7, 27), datetime.date(1, 1, 1), datetime.date(9999, 12, 31), datetime.date(9999, 1, 4)),
    *(datetime.datetime(2026, 1, 1, 12), "2026-07-27", "9999-12-31", "0001-01-01", b"\xff", "x" * 1000, "x" * 5000),
    *("${SAYPRO_TEST_SECRET}", "../../etc", "/etc/passwd", "😀", "\u202eevil", "\x07", "$\\frac{1}{$", "=1+1", HOSTILE),
    *("Europe/Nowhere", "../../etc/passwd", "sqlite:///../outside.sqlite", "rows where", "rows where a >= ", "on_time"),
)
"""What may stand as a value in params."""

_BOMB = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12))

YAML_TEXTS = {
    "an alias bomb": f"a0: &a0 [x, x, x, x, x, x, x, x, x]\n{_BOMB}\n",
    "a merge bomb": "b0: &b0 {k: v}\n"
    + "\n".join(f"b{n}: &b{n} {{<<: [{', '.join([f'*b{n - 1}'] * 9)}]}}" for n in range(1, 9)),
    "a value in itself": "loop: &loop [*loop]\n",
    "a mapping in itself": "loop: &loop {again: *loop}\n",
    "deep brackets": "deep: " + "[" * 20_000 + "]" * 20_000 + "\n",
    "deep braces": "deep: " + "{a: " * 3000 + "1" + "}" * 3000 + "\n",
    "deep dashes": "deep:\n" + "- " * 3000 + "x\n",
    "many keys": "\n".join(f"key{n}: {n}" for n in range(20_000)) + "\n",
    "a program": "run: !!python/object/apply:os.system ['touch /tmp/ran']\n",
    "an unknown tag": "run: !include /etc/passwd\n",
    "a day that isn't": "day: 2026-02-30\n",
    "a day in year 0": "day: 0000-00-00\n",
    "a time that isn't": "time: 2026-01-01 99:99:99\n",
    "a long number": f"number: {'9' * 5000}\n",
    "a number in base 60": "number: 190:20:30\n",
    "a list as key": "? [a, b]\n: c\n",
    "a mapping as key": "? {a: b}\n: c\n",
    "an anchor as key": "x: &x [1]\n? *x\n: c\n",
    "an unknown anchor": "x: *nobody\n",
    "two documents": "---\na: 1\n---\nb: 2\n",
    "a key twice": "same: 1\nsame: 2\n",
    "a tab": "a:\n\tb: 1\n",
    "a set": "x: !!set {a, b}\n",
    "pairs": "x: !!pairs [a: 1]\n",
    "an ordered map": "x: !!omap [a: 1]\n",
    "bytes": "x: !!binary aGVsbG8=\n",
    "bytes that aren't": "x: !!binary '*'\n",
    "a float that isn't": "x: !!float abc\n",
    "an int that isn't": "x: !!int abc\n",
    "a merge of nothing": "<<: 1\n",
    "an equals sign": "=: 1\nx: =\n",
    "a directive": "%YAML 9.9\n---\na: 1\n",
    "only a comment": "# nothing\n",
    "a text": "hello\n",
    "a number": "3\n",
    "a list": "- a\n- b\n",
    "control letters": 'x: "\\e[31m\\0"\n',
    "half a letter": 'x: "\\uD800"\n',
    "a zero byte": "x: \x00\n",
}
"""Lines for a file under params/."""
