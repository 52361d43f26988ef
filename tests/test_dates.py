"""Date texts as German and European pages print them, and the day they mean."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc import dates

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
NOW = datetime(2024, 4, 26, 12, 0, 30, tzinfo=UTC)  # 14:00:30 in Berlin

DAYS = """
[26.04.2024]                                                   2024-04-26
26.04.2024                                                     2024-04-26
26.4.2024                                                      2024-04-26
26.4.24                                                        2024-04-26
06.05.2024                                                     2024-05-06
06.05.24                                                       2024-05-06
1.2.2024                                                       2024-02-01
26. 4. 2024                                                    2024-04-26
26.04. 2024                                                    2024-04-26
26 .04 .2024                                                   2024-04-26
31.12.99                                                       1999-12-31
01.01.1990                                                     1990-01-01
29.02.2024                                                     2024-02-29
Fr., 26.04.2024                                                2024-04-26
Fr, 26.04.2024                                                 2024-04-26
Freitag, 26.04.2024                                            2024-04-26
Freitag, der 26.04.2024                                        2024-04-26
vom 26.04.2024                                                 2024-04-26
am 26.04.2024.                                                 2024-04-26
(26.04.2024)                                                   2024-04-26
| 26.04.2024 |                                                 2024-04-26
Berlin, 26.04.2024                                             2024-04-26
Berlin, den 26. April 2024                                     2024-04-26
26.04.2024 - Anna Muster                                       2024-04-26
Pressemitteilung 058/24 vom 26.04.2024                         2024-04-26
Berlin, 26.04.2024, 058/24                                     2024-04-26
26/04/2024                                                     2024-04-26
04/05/2024                                                     2024-05-04
26-04-2024                                                     2024-04-26
04-05-2024                                                     2024-05-04
26/04/24                                                       2024-04-26
2024-04-26                                                     2024-04-26
2024-4-6                                                       2024-04-06
2024/04/26                                                     2024-04-26
2024.04.26                                                     2024-04-26
2024. 04. 26.                                                  2024-04-26
20240426                                                       2024-04-26
2024-W17-5                                                     2024-04-26
2024W175                                                       2024-04-26
2024-117                                                       2024-04-26
/politik/2024/04/26/                                           2024-04-26
26. April 2024                                                 2024-04-26
26.April 2024                                                  2024-04-26
26 April 2024                                                  2024-04-26
26. Apr. 2024                                                  2024-04-26
26. APRIL 2024                                                 2024-04-26
26. April, 2024                                                2024-04-26
26-Apr-2024                                                    2024-04-26
26/Apr/2024                                                    2024-04-26
26. Apr '24                                                    2024-04-26
26. März 2024                                                  2024-03-26
26. Maerz 2024                                                 2024-03-26
26. Marz 2024                                                  2024-03-26
26. Mrz. 2024                                                  2024-03-26
26. Mär 2024                                                   2024-03-26
5. Dez. 2024                                                   2024-12-05
5. Jänner 2024                                                 2024-01-05
5. Jaenner 2024                                                2024-01-05
5. Jän. 2024                                                   2024-01-05
5. Feber 2024                                                  2024-02-05
1. Mai 2024                                                    2024-05-01
8. Okt 2024                                                    2024-10-08
Mai 08, 2019                                                   2019-05-08
Freitag, 26. April 2024                                        2024-04-26
Stand: 26.10.2022                                              2022-10-26
Stand 26.10.2022                                               2022-10-26
News vom 26.04.2024                                            2024-04-26
Datum: 26.04.2024                                              2024-04-26
Veröffentlicht am 26.04.2024                                   2024-04-26
VERÖFFENTLICHT AM 26. Apr 2024                                 2024-04-26
Erstellt: 26.04.2024                                           2024-04-26
Online seit 26.04.2024                                         2024-04-26
Zuletzt geändert: 26.04.2024                                   2024-04-26
Von Anna Muster | 26. April 2024 | Lesezeit: 3 Min.            2024-04-26
ca. 8 Min. 26.04.2024                                          2024-04-26
NegotiationsNovember 7, 2023                                   2023-11-07
21. Januar 202221. Januar 2022                                 2022-01-21
26. April 2024Von Anna Muster                                  2024-04-26
April 26, 2024                                                 2024-04-26
Apr. 26, 2024                                                  2024-04-26
APRIL 26 2024                                                  2024-04-26
April 26th, 2024                                               2024-04-26
26th of April 2024                                             2024-04-26
1st May 2024                                                   2024-05-01
2nd May 2024                                                   2024-05-02
3rd May 2024                                                   2024-05-03
Sept. 3, 2024                                                  2024-09-03
Posted by admin on August 3, 2019                              2019-08-03
said, on August 3, 2019 at                                     2019-08-03
26 avril 2024                                                  2024-04-26
1er janvier 2024                                               2024-01-01
le 15 août 2024                                                2024-08-15
3 févr. 2024                                                   2024-02-03
14 juillet 2024                                                2024-07-14
5 déc. 2024                                                    2024-12-05
26 de abril de 2024                                            2024-04-26
1 de enero del 2024                                            2024-01-01
3 sept. 2024                                                   2024-09-03
1º de mayo de 2024                                             2024-05-01
26 aprile 2024                                                 2024-04-26
3 gennaio 2024                                                 2024-01-03
3 giugno 2024                                                  2024-06-03
26 april 2024                                                  2024-04-26
26 mei 2024                                                    2024-05-26
3 maart 2024                                                   2024-03-03
3 mrt. 2024                                                    2024-03-03
26 kwietnia 2024                                               2024-04-26
3 stycznia 2024                                                2024-01-03
3 września 2024                                                2024-09-03
3 paź 2024                                                     2024-10-03
3 de março de 2024                                             2024-03-03
3 augusti 2024                                                 2024-08-03
"""

INSTANTS = """
26.04.2024, 08:15 Uhr                                2024-04-26T08:15:00+02:00 minute
26.04.2024 08:15                                     2024-04-26T08:15:00+02:00 minute
26.04.2024 - 08:15 Uhr                               2024-04-26T08:15:00+02:00 minute
26.04.2024 | 08:15 Uhr                               2024-04-26T08:15:00+02:00 minute
26.04.2024 • 08:15 Uhr                               2024-04-26T08:15:00+02:00 minute
26.04.2024 · 08:15                                   2024-04-26T08:15:00+02:00 minute
/ 26.04.2024 / 08:15 /                               2024-04-26T08:15:00+02:00 minute
26.04.2024 @ 08:15                                   2024-04-26T08:15:00+02:00 minute
26.04.2024 um 8:15 Uhr                               2024-04-26T08:15:00+02:00 minute
26.04.2024, 14.05 Uhr                                2024-04-26T14:05:00+02:00 minute
26.04.2024, 14 Uhr                                   2024-04-26T14:00:00+02:00 minute
26.04.2024, 08:15:30 Uhr                             2024-04-26T08:15:30+02:00 second
26.04.202408:15 Uhr                                  2024-04-26T08:15:00+02:00 minute
26.04.24, 08:15 Uhr                                  2024-04-26T08:15:00+02:00 minute
[26.04.2024] 08:15                                   2024-04-26T08:15:00+02:00 minute
20:34 26.04.2024                                     2024-04-26T20:34:00+02:00 minute
14.05 Uhr, 26.04.2024                                2024-04-26T14:05:00+02:00 minute
14:05 Uhr | Fr., 26.04.2024                          2024-04-26T14:05:00+02:00 minute
26. April 2024, 08:15                                2024-04-26T08:15:00+02:00 minute
26. April 2024 um 08:15 Uhr                          2024-04-26T08:15:00+02:00 minute
26. Januar 2024, 08:15 Uhr                           2024-01-26T08:15:00+01:00 minute
Mittwoch, 03. November 2021, 16.45 Uhr               2021-11-03T16:45:00+01:00 minute
Stand: 26.10.2022, 12:16 Uhr                         2022-10-26T12:16:00+02:00 minute
Erstellt am 01.01.23 um 08:35                        2023-01-01T08:35:00+01:00 minute
Das Radio | Nachrichten | 28. April 2023 | 10:00 Uhr 2023-04-28T10:00:00+02:00 minute
26.04.2024 10:00-12:00 Uhr                           2024-04-26T10:00:00+02:00 minute
26.04.2024/08:15                                     2024-04-26T08:15:00+02:00 minute
Fr 26.04.24, 8 Uhr 15                                2024-04-26T08:15:00+02:00 minute
Di, 3. Jänner 2023, 14.05 Uhr                        2023-01-03T14:05:00+01:00 minute
26.04.2024 14:05 MEZ                                 2024-04-26T14:05:00+01:00 minute
26.04.2024, 14:05 Uhr (MESZ)                         2024-04-26T14:05:00+02:00 minute
26.04.2024 14:05 CEST                                2024-04-26T14:05:00+02:00 minute
26.01.2024 14:05 CET                                 2024-01-26T14:05:00+01:00 minute
26.04.2024 14:05 UTC                                 2024-04-26T14:05:00+00:00 minute
26.04.2024 14:05 UTC+2                               2024-04-26T14:05:00+02:00 minute
Fri, 26 Apr 2024 08:15:00 +0200                      2024-04-26T08:15:00+02:00 second
Fri, 26 Apr 2024 08:15:00 GMT                        2024-04-26T08:15:00+00:00 second
Fri, 26 Apr 24 08:15:00 GMT                          2024-04-26T08:15:00+00:00 second
26 Apr 2024 08:15 -0500                              2024-04-26T08:15:00-05:00 minute
Fri, 26 Apr 2024 08:15:00 EDT                        2024-04-26T08:15:00-04:00 second
Friday, 26-Apr-24 08:15:00 GMT                       2024-04-26T08:15:00+00:00 second
Fri Apr 26 08:15:00 2024                             2024-04-26T08:15:00+02:00 second
Fri Apr 28 19:20:36 CEST 2023                        2023-04-28T19:20:36+02:00 second
Fri Apr 28 19:20:36 +0200 2023                       2023-04-28T19:20:36+02:00 second
Fri Apr 26 2024 08:15:00 GMT+0200 (Mitteleuropäische Sommerzeit) 2024-04-26T08:15:00+02:00 second
April 26, 2024 at 3:05 pm                            2024-04-26T15:05:00+02:00 minute
April 26, 2024 at 12:05 a.m.                         2024-04-26T00:05:00+02:00 minute
April 26, 2024 12:05 PM EDT                          2024-04-26T12:05:00-04:00 minute
April 26, 2024, 3 p.m.                               2024-04-26T15:00:00+02:00 minute
Frankfurt, November 05, 2025, 5:09: Uhr              2025-11-05T05:09:00+01:00 minute
26 avril 2024 à 08h15                                2024-04-26T08:15:00+02:00 minute
26 de abril de 2024 a las 08:15                      2024-04-26T08:15:00+02:00 minute
26 aprile 2024 alle 08:15                            2024-04-26T08:15:00+02:00 minute
26 april 2024 om 08:15                               2024-04-26T08:15:00+02:00 minute
26 kwietnia 2024, godz. 08:15                        2024-04-26T08:15:00+02:00 minute
2024-04-26T08:15:00+02:00                            2024-04-26T08:15:00+02:00 second
2024-04-26T08:15:00+0200                             2024-04-26T08:15:00+02:00 second
2024-04-26T08:15:00+02                               2024-04-26T08:15:00+02:00 second
2024-04-26T08:15:00-05:00                            2024-04-26T08:15:00-05:00 second
2024-04-26T08:15-05:00                               2024-04-26T08:15:00-05:00 minute
2024-04-26T08:15:00+05:30                            2024-04-26T08:15:00+05:30 second
2024-04-26T08:15:00Z                                 2024-04-26T08:15:00+00:00 second
2024-04-26t08:15:00z                                 2024-04-26T08:15:00+00:00 second
2024-04-26T08:15:00.123Z                             2024-04-26T08:15:00.123000+00:00 second
2024-04-26T08:15:00.123456789+02:00                  2024-04-26T08:15:00.123456+02:00 second
2024-04-26T08:15:00,5Z                               2024-04-26T08:15:00.500000+00:00 second
2024-04-26T08:15:00                                  2024-04-26T08:15:00+02:00 second
2024-01-26T08:15:00                                  2024-01-26T08:15:00+01:00 second
2024-04-26T08:15                                     2024-04-26T08:15:00+02:00 minute
2024-04-26 08:15                                     2024-04-26T08:15:00+02:00 minute
2024-04-26 08:15:00 +0200                            2024-04-26T08:15:00+02:00 second
2024-04-26 08:15:00 UTC                              2024-04-26T08:15:00+00:00 second
2024-04-26T24:00:00Z                                 2024-04-27T00:00:00+00:00 second
2024-12-31T23:59:60Z                                 2024-12-31T23:59:59+00:00 second
2024-04-26T06:15:00+00:00[UTC]                       2024-04-26T06:15:00+00:00 second
20240426T081500Z                                     2024-04-26T08:15:00+00:00 second
20240426T0815                                        2024-04-26T08:15:00+02:00 minute
20240426T08:15:00Z                                   2024-04-26T08:15:00+00:00 second
1714112100                                           2024-04-26T08:15:00+02:00 second
1714112100000                                        2024-04-26T08:15:00+02:00 second
31.12.2023, 24:00 Uhr                                2024-01-01T00:00:00+01:00 minute
26.04.2024, 25:61 Uhr                                2024-04-26T00:00:00+02:00 day
26.04.2024 - 34:28                                   2024-04-26T00:00:00+02:00 day
"""

UNKNOWN = """
heute
gestern
vor 3 Stunden
Künftig wird Microsoft Teams eingesetzt
2024
2024/25
2024-04
April 2024
im Jahr 2024
26. April
26.04.
26. April, 14:05 Uhr
26. April 20:15
Am 3.4. 20 Uhr
Am 3.4. 20 Menschen
14:05 Uhr
13.500
13.500 Arbeitsplätze
2022 lag der Index bei 60 von 100 Punkten
in 20 von 2024 Kommunen
31.02.2024
30. Februar 2024
29.02.2023
31. April 2024
32.01.2024
00.01.2024
26.13.2024
26.04.1848
18. März 1848
26.04.2101
26.04.89
26.04.55
04/26/2024
04-26-2024
24-04-26
26-04-24
2024-02-30
2024-04-26T25:00:00
2024-366x
2023-366
2024-000
0000-001
2024-W54-1
00010101
99991231
12345678
9999999999
0000000000
171411210
17141121001
10.12.20.24
192.168.10.24
Version 1.2.2024
v1.2.24
Abschnitt 1.2.24
§ 1.2.2024
1.2.3.2024
26.04.20245
126.04.2024
0711/26 04 2024
bis 31.12.2025
Frist: 31.12.2025
bis zum 31. Dezember 2025
12.-14. Mai 2024
12. bis 14. Mai 2024
12./13. Mai 2024
3.5.2024 bis 5.5.2024
03.05.2024 - 05.05.2024
3. Mai 2024 bis Sonntag, 5. Mai 2024
Aktualisiert: 28.04.2024 27.04.2024
Stand: 28.04.2024 | 26.04.2024
3 Autoren 2024
Mai 2024
die 5 des 2020
3.1.
KW 12/2024
KW 12 2024
Q1 2024
1. Quartal 2024
Stand: April 2024
Stand: 4/2024
12.–14. Mai 2024
14.5. bis 16.5.2024
14. und 15. Mai 2024
§ 12 vom 3.4.2001
gemäß § 5 Abs. 2 vom 3.4.2001
Urteil des Gerichts vom 3.4.2001
Tel. 03.04.2024
+49 30 12.04.2024
Az. 3.4.24
iOS 17.4.24
12.04.20 Euro
12.05.24 €
20240426-0815
Registriert: 18.09.2008, 05:56
Mitglied seit 18.09.2008
Termin: 21.02.2020, 19 Uhr
Beginn: Freitag, 21.02.2020
gültig ab 01.01.2024
vor 2 Wochen
vor 3 Monaten
00:00
BlizzCon 2023: Schaut den Livestream
"""

TWO_DATES = """
06.10.2023 31.10.2023                                           2023-10-06
Stand - 12.11.2021 (Unverändert gültig seit: 05.11.2021)        2021-11-12
Aktualisiert: 28.04.2024 | Veröffentlicht: 26.04.2024           2024-04-26
Stand: 28.04.2024, 18:00 Uhr | Erstellt: 26.04.2024, 08:15 Uhr  2024-04-26
Veröffentlicht: 26.04.2024, aktualisiert: 28.04.2024            2024-04-26
Published April 26, 2024 Updated April 28, 2024                 2024-04-26
26.04.2024 (aktualisiert am 28.04.2024)                         2024-04-26
26.04.2024 Zum Beschluss vom 14.03.2023                         2024-04-26
26. April 2024 | 26.04.2024                                     2024-04-26
18.03.1848 | 26.04.2024                                         2024-04-26
Registriert: 18.09.2008 | 26.04.2024                            2024-04-26
"""

RELATIVE = """
vor 3 Stunden               2024-04-26T11:00:00+02:00 minute
Vor 1 Stunde                2024-04-26T13:00:00+02:00 minute
vor einer Stunde            2024-04-26T13:00:00+02:00 minute
vor zwei Stunden            2024-04-26T12:00:00+02:00 minute
vor 5 Minuten               2024-04-26T13:55:00+02:00 minute
vor 5 Min.                  2024-04-26T13:55:00+02:00 minute
vor 2 Std.                  2024-04-26T12:00:00+02:00 minute
vor ca. 2 Stunden           2024-04-26T12:00:00+02:00 minute
vor 20 Sekunden             2024-04-26T14:00:00+02:00 minute
Aktualisiert vor 3 Stunden  2024-04-26T11:00:00+02:00 minute
Veröffentlicht/Aktualisiert: Vor 1 Stunde 2024-04-26T13:00:00+02:00 minute
vor 3 Stunden | Anna Muster 2024-04-26T11:00:00+02:00 minute
vor 1 Tag                   2024-04-25T00:00:00+02:00 day
vor 2 Tagen                 2024-04-24T00:00:00+02:00 day
vor 30 Tagen                2024-03-27T00:00:00+01:00 day
gestern                     2024-04-25T00:00:00+02:00 day
vorgestern                  2024-04-24T00:00:00+02:00 day
heute                       2024-04-26T00:00:00+02:00 day
Heute, 14:05 Uhr            2024-04-26T14:05:00+02:00 minute
heute um 14.05 Uhr          2024-04-26T14:05:00+02:00 minute
gestern, 18:30 Uhr          2024-04-25T18:30:00+02:00 minute
Gestern | Politik           2024-04-25T00:00:00+02:00 day
soeben                      2024-04-26T14:00:00+02:00 minute
3 hours ago                 2024-04-26T11:00:00+02:00 minute
an hour ago                 2024-04-26T13:00:00+02:00 minute
12H ago                     2024-04-26T02:00:00+02:00 minute
32M ago                     2024-04-26T13:28:00+02:00 minute
2 days ago                  2024-04-24T00:00:00+02:00 day
yesterday                   2024-04-25T00:00:00+02:00 day
Today, 8:15 am              2024-04-26T08:15:00+02:00 minute
il y a 3 heures             2024-04-26T11:00:00+02:00 minute
hace 2 horas                2024-04-26T12:00:00+02:00 minute
3 ore fa                    2024-04-26T11:00:00+02:00 minute
3 uur geleden               2024-04-26T11:00:00+02:00 minute
26.04.2023                  2023-04-26T00:00:00+02:00 day
"""

ENGLISH = """
26/04/2024    2024-04-26
04/26/2024    2024-04-26
4/26/24       2024-04-26
1/13/2022 at 11:58am 2022-01-13
05/05/2024    2024-05-05
2024/05/04    2024-05-04
2024-05-04    2024-05-04
04.05.2024    2024-05-04
"""


def rows(table: str) -> list[list[str]]:
    """Return a table's rows; the columns behind the first hold no blanks."""
    lines = [line for line in table.splitlines() if line.strip()]
    width = 3 if lines[0].split()[-1] in ("second", "minute", "day") else 2
    return [line.rsplit(None, width - 1) for line in lines]


@pytest.mark.parametrize(("text", "day"), rows(DAYS))
def test_a_day_is_midnight_in_berlin(text: str, day: str) -> None:
    moment = dates.parse(text)
    assert moment is not None
    assert moment.precision == "day"
    assert (moment.at.date().isoformat(), moment.at.hour, moment.at.minute) == (day, 0, 0)
    assert moment.at.utcoffset() in (timedelta(hours=1), timedelta(hours=2))


@pytest.mark.parametrize(("text", "instant", "precision"), rows(INSTANTS))
def test_a_time_is_told_with_its_offset_and_precision(text: str, instant: str, precision: str) -> None:
    moment = dates.parse(text)
    assert moment is not None
    assert (moment.at.isoformat(), moment.precision) == (instant, precision)


@pytest.mark.parametrize("text", [line for line in UNKNOWN.splitlines() if line])
def test_what_is_no_date_stays_unknown(text: str) -> None:
    assert dates.parse(text) is None


@pytest.mark.parametrize(("text", "day"), rows(TWO_DATES))
def test_of_two_dates_the_publication_counts_else_the_leading_one(text: str, day: str) -> None:
    moment = dates.parse(text)
    assert moment is not None
    assert moment.at.date().isoformat() == day


@pytest.mark.parametrize(
    ("text", "called", "revised"),
    [
        ("26.04.2024", "", None),
        ("Veröffentlicht am 26.04.2024", "published", None),
        ("Dieser Artikel wurde am 26.04.2024 um 14:48 von Anna geschrieben", "published", None),
        ("Dieser Weg wurde am 26.04.2024 eröffnet", "", None),
        ("Stand: 26.04.2024", "revised", "2024-04-26"),
        ("26.04.2024, aktualisiert: 28.04.2024", "", "2024-04-28"),
        ("Aktualisiert: 28.04.2024 | Erstellt: 26.04.2024", "published", "2024-04-28"),
    ],
)
def test_what_the_words_call_a_date_is_told_with_it(text: str, called: str, revised: str | None) -> None:
    told = dates.told(text)
    assert told.moment is not None
    assert told.moment.at.date().isoformat() == "2024-04-26"
    assert told.called == called
    assert (told.revised.at.date().isoformat() if told.revised else None) == revised


def test_an_age_that_is_called_an_edit_is_one() -> None:
    told = dates.told("Aktualisiert vor 3 Stunden", now=NOW)
    assert (told.called, told.revised) == ("revised", told.moment)


@pytest.mark.parametrize(("text", "instant", "precision"), rows(RELATIVE))
def test_relative_texts_are_read_at_the_time_of_the_page(text: str, instant: str, precision: str) -> None:
    moment = dates.parse(text, now=NOW)
    assert moment is not None
    assert (moment.at.isoformat(), moment.precision) == (instant, precision)


@pytest.mark.parametrize(
    "text",
    ["Wie gestern bekannt wurde", "heute Journal", "vor 2 Wochen", "vor 3 Monaten", "vor 2 Jahren", "2 years ago",
     "vor 3 Stunden geschlossene Läden", "vor dem 3. Tag", "26. April", "14:05"],
)  # fmt: skip
def test_relative_words_in_a_sentence_and_spans_without_a_day_tell_nothing(text: str) -> None:
    assert dates.parse(text, now=NOW) is None


@pytest.mark.parametrize(("text", "day"), rows(ENGLISH))
def test_english_numbers_are_read_where_only_one_reading_is_possible(text: str, day: str) -> None:
    moment = dates.parse(text, language="en-US")
    assert moment is not None
    assert moment.at.date().isoformat() == day


@pytest.mark.parametrize("text", ["04/05/2024", "04-05-2024", "12/11/2024 at 4:15pm", "13/04/24", "04/05/24"])
def test_english_numbers_with_two_readings_stay_unknown(text: str) -> None:
    assert dates.parse(text, language="en") is None


@pytest.mark.parametrize(
    ("language", "day"),
    [("en-US", "2024-04-05"), ("en_us", "2024-04-05"), ("en-GB", "2024-05-04"), ("en-AU", "2024-05-04")],
)
def test_english_numbers_with_two_readings_are_read_as_their_region_writes_them(language: str, day: str) -> None:
    moment = dates.parse("04/05/2024", language=language)
    assert moment is not None
    assert moment.at.date().isoformat() == day


def test_a_text_longer_than_300_characters_is_prose() -> None:
    assert dates.parse("26.04.2024 " + "x" * 289) is not None
    assert dates.parse("26.04.2024 " + "x" * 290) is None


def test_nothing_gives_nothing() -> None:
    assert dates.parse(None) is None
    assert dates.parse("") is None
    assert dates.parse("\u00a0\u200b") is None


def test_a_time_the_clock_skips_in_spring_moves_on_an_hour() -> None:
    moment = dates.parse("31.03.2024, 02:30 Uhr")
    assert moment is not None
    assert moment.at.isoformat() == "2024-03-31T03:30:00+02:00"


def test_a_time_the_clock_shows_twice_in_autumn_is_the_first_unless_its_zone_is_named() -> None:
    for text, offset in (("", 2), (" MEZ", 1), (" MESZ", 2)):
        moment = dates.parse("27.10.2024, 02:30 Uhr" + text)
        assert moment is not None
        assert moment.at.utcoffset() == timedelta(hours=offset)


def test_hours_ago_are_counted_in_real_time_across_the_change_of_clocks() -> None:
    now = datetime(2024, 3, 31, 2, 0, tzinfo=UTC)  # 04:00 in Berlin, an hour after the gap
    moment = dates.parse("vor 3 Stunden", now=now)
    assert moment is not None
    assert moment.at == now - timedelta(hours=3)


def test_another_timezone_is_where_naive_times_were_written() -> None:
    moment = dates.parse("26.04.2024, 08:15 Uhr", timezone="America/New_York")
    assert moment is not None
    assert moment.at.isoformat() == "2024-04-26T08:15:00-04:00"
    at_midnight = dates.parse("gestern", timezone="Asia/Tokyo", now=datetime(2024, 4, 26, 16, 0, tzinfo=UTC))
    assert at_midnight is not None
    assert at_midnight.at.isoformat() == "2024-04-26T00:00:00+09:00"


def test_broken_encodings_of_march_and_blanks_are_read() -> None:
    for text in ("26. MÃ¤rz 2024", "26.\u00a0März\u20092024", "26. Ma\u0308rz 2024", "26.\u200b03.\u200b2024"):
        moment = dates.parse(text)
        assert moment is not None, text
        assert moment.at.date() == date(2024, 3, 26)


# ---- properties -----------------------------------------------------------------------------------------------------

GERMAN_MONTHS = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()
ENGLISH_MONTHS = "January February March April May June July August September October November December".split()
LAYOUTS = (
    "{d}.{m}.{y}", "{d:02}.{m:02}.{y}", "[{d:02}.{m:02}.{y}]", "{d}. {german} {y}", "{d:02}. {german} {y}, 08:15 Uhr",
    "Stand: {d:02}.{m:02}.{y} 08:15", "{english} {d}, {y}", "{d} {english} {y}", "{y}-{m:02}-{d:02}",
    "{y}-{m:02}-{d:02}T08:15:00Z", "{d:02}/{m:02}/{y}", "{y}{m:02}{d:02}", "Ein Text vom {d}. {german} {y}.",
)  # fmt: skip
DATES = st.dates(min_value=date(1990, 1, 2), max_value=date(2100, 12, 31))


@given(day=DATES, layout=st.sampled_from(LAYOUTS))
def test_every_date_is_read_back_from_every_layout(day: date, layout: str) -> None:
    text = layout.format(
        d=day.day, m=day.month, y=day.year, german=GERMAN_MONTHS[day.month - 1], english=ENGLISH_MONTHS[day.month - 1]
    )
    moment = dates.parse(text)
    assert moment is not None
    assert moment.at.date() == day


@given(
    at=st.datetimes(
        min_value=datetime(1990, 1, 2),  # noqa: DTZ001
        max_value=datetime(2100, 12, 30),  # noqa: DTZ001
        timezones=st.sampled_from((UTC, timezone(timedelta(hours=5, minutes=30)), timezone(timedelta(hours=-8)))),
    )
)
def test_every_iso_instant_is_read_back(at: datetime) -> None:
    moment = dates.parse(at.isoformat())
    assert moment is not None
    assert moment.at == at


@given(
    text=st.one_of(
        st.text(max_size=320),
        st.text(alphabet="0123456789.:-/ TZWvorgesternhut+,[]()UhrMaiJan٣²", max_size=60),
        st.from_regex(r"\A\d{1,4}[-./]\d{1,3}[-./]\d{1,5}[T ]\d{1,2}:\d{1,2}(:\d{1,3})?[+-]\d{2}:?\d{2}\Z"),
    ),
    now=st.sampled_from((None, NOW)),
    language=st.sampled_from(("de", "en", "fr", "")),
)
def test_no_text_raises_and_every_answer_is_aware_and_in_range(text: str, now: datetime | None, language: str) -> None:
    moment = dates.parse(text, language=language, now=now)
    if moment is not None:
        assert moment.at.utcoffset() is not None
        assert 1990 <= moment.at.year <= 2101
        assert moment.precision in ("second", "minute", "day")


# ---- measured against real pages ------------------------------------------------------------------------------------


@pytest.mark.skipif(not SHARED.exists(), reason="the corpus of real date texts is not here")
def test_real_date_texts_are_read_and_none_is_read_wrong() -> None:
    pairs = json.loads((SHARED / "datestrings_de.json").read_text(encoding="utf-8"))
    got = [(moment.at.date().isoformat() if (moment := dates.parse(text)) else None, day) for text, day in pairs]
    assert len(got) >= 289
    assert [pair for pair in got if pair[0] is not None and pair[0] != pair[1]] == []
    assert sum(found == day for found, day in got) / len(got) >= 0.999


@pytest.mark.skipif(not SHARED.exists(), reason="the first user's article is not here")
def test_all_sixteen_dates_of_the_first_article_are_day_first() -> None:
    seed = json.loads((SHARED / "seed" / "expected.json").read_text(encoding="utf-8"))
    records = [seed["main"], *seed["related"]]
    assert len(records) == 16
    for record in records:
        moment = dates.parse(record["date_raw"])
        assert moment is not None
        assert moment.at.date().isoformat() == record["date"]
        assert moment.precision == record["date_precision"] == "day"
