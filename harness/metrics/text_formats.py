"""The formats of texts that a contract can name, as regular expressions without look-around."""

HEX = "[0-9A-Fa-f]"
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = rf"{_LABEL}(?:\.{_LABEL})*"
_ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_IPV4 = rf"{_OCTET}(?:\.{_OCTET}){{3}}"
_H16 = f"{HEX}{{1,4}}"
_LAST = f"(?:{_H16}:{_H16}|{_IPV4})"
_IPV6 = "|".join(
    [
        f"(?:{_H16}:){{6}}{_LAST}",
        *(f"(?:(?:{_H16}:){{0,{n}}}{_H16})?::(?:{_H16}:){{{4 - n}}}{_LAST}" for n in range(5)),
        f"::(?:{_H16}:){{5}}{_LAST}",
        f"(?:(?:{_H16}:){{0,5}}{_H16})?::{_H16}",
        f"(?:(?:{_H16}:){{0,6}}{_H16})?::",
    ]
)
_FREE = "A-Za-z0-9._~!$&'()*+,;="
_CHAR = f"(?:[{_FREE}:@-]|%{HEX}{{2}})"
_NAME = rf"(?:\[{HEX[:-1]}:.]+\]|(?:[{_FREE}-]|%{HEX}{{2}})+)"
_AUTHORITY = rf"(?:(?:[{_FREE}:-]|%{HEX}{{2}})*@)?{_NAME}(?::[0-9]*)?"
_PATH = f"(?://(?:{_AUTHORITY}(?:/{_CHAR}*)*|(?:/{_CHAR}*)+)|/?{_CHAR}+(?:/{_CHAR}*)*)"
_REST = f"(?:{_CHAR}|[/?])*"
_DATE = "[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
_CLOCK = r"T(?:[0-9]+H(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]+)?S)?|[0-9]+M(?:[0-9]+(?:\.[0-9]+)?S)?|[0-9]+(?:\.[0-9]+)?S)"
_DAYS = "(?:[0-9]+Y(?:[0-9]+M)?(?:[0-9]+D)?|[0-9]+M(?:[0-9]+D)?|[0-9]+D)"

TEXT_FORMATS: dict[str, str] = {
    "email": rf"{_ATOM}(?:\.{_ATOM})*@{_HOST}",
    "uuid": f"{HEX}{{8}}(?:-{HEX}{{4}}){{3}}-{HEX}{{12}}",
    "uri": rf"[A-Za-z][A-Za-z0-9+.-]*:{_PATH}(?:\?{_REST})?(?:#{_REST})?",
    "hostname": _HOST,
    "ipv4": _IPV4,
    "ipv6": _IPV6,
    "byte": "(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?",
    "date": _DATE,
    "time": _TIME,
    "date-time": f"{_DATE}[Tt]{_TIME}",
    "duration": f"P(?:{_DAYS}(?:{_CLOCK})?|{_CLOCK}|[0-9]+W)",
}
"""Name -> what the whole text matches. ODCS names the first six and `byte` (Base64); the others are JSON Schema's.

Sources: RFC 5321 (dot-atoms), 9562, 3986, 1123, 6874 without zones, 4648, 3339 and ISO 8601.
"""
LONGEST: dict[str, int] = {"hostname": 253, "email": 254}
"""Formats with a greatest length."""
WITH_A_DAY = ("date", "date-time")
"""Formats that begin with a day, which the calendar must know: there is no 30 February."""
