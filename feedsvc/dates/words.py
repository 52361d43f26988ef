"""The words of dates in ten languages: months, weekdays, zones, and what the words before a date say about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, timedelta, tzinfo
from datetime import timezone as fixed_offset

# Names in German, English, French, Spanish, Italian, Dutch, Polish, Portuguese, Danish/Swedish and Czech; none of them
# means another month in another of these languages.
MONTH_NAMES = (
    "januar jänner jaenner jan jän january janvier janv enero ene gennaio gen januari stycznia styczeń sty janeiro"
    " ledna",
    "februar feber feb febr february février fevrier févr fév febrero febbraio februari lutego luty lut fevereiro"
    " února",
    "märz maerz marz mär mrz maer mã¤rz march mar mars marzo maart mrt marca marzec março marts března",
    "april apr avril avr abril abr aprile kwietnia kwiecień kwi dubna",
    "mai may mayo maggio mag mei maja maj maio května",
    "juni jun june juin junio giugno giu czerwca czerwiec cze junho června",
    "juli jul july juillet juil julio luglio lug lipca lipiec lip julho července",
    "august aug août aout agosto ago augustus sierpnia sierpień sie augusti srpna",
    "september sep sept septembre septiembre settembre set września wrzesień wrz setembro setiembre září",
    "oktober okt october oct octobre octubre ottobre ott października październik paź outubro out října",
    "november nov novembre noviembre listopada listopad lis novembro listopadu",
    "dezember dez december dec décembre decembre déc diciembre dic dicembre grudnia grudzień gru dezembro prosince",
)
MONTHS = {name: number for number, names in enumerate(MONTH_NAMES, start=1) for name in names.split()}
MONTH = rf"(?P<month>{'|'.join(sorted(map(re.escape, MONTHS), key=len, reverse=True))})(?![^\W\d_])"

WEEKDAY = r"(?:[^\W\d_]{2,3}\.?|[^\W\d_]{3,10}(?:tag|woch|abend|day))"
ZONES: Mapping[str, tzinfo] = {
    name: fixed_offset(timedelta(hours=hours))
    for hours, names in {
        0: "utc gmt wet", 1: "mez cet west bst met", 2: "mesz cest eet mest", 3: "eest msk",
        -3: "adt", -4: "edt", -5: "est cdt", -6: "cst mdt", -7: "mst pdt", -8: "pst",
    }.items()
    for name in names.split()
} | {"z": UTC, "utc": UTC, "gmt": UTC}  # fmt: skip
MONTH_FIRST = frozenset({"us", "ph"})  # CLDR, short dates of English by region
DAY_FIRST = frozenset("gb au nz ie in sg hk ng ke gh jm mt".split())
ZONE_NAME = "|".join(sorted(ZONES, key=len, reverse=True))

PUBLISHED = re.compile(
    r"veröffentlich\w*|verã¶ffentlicht|publi[sz]\w*|publication|erschienen|erscheint|erstell\w*|created|posted|"
    r"online seit|erscheinungs\w*|verfasst|geschrieben|eingestellt|gepostet|hochgeladen|"
    r"publié\w*|publicad\w*|pubblicat\w*|geplaatst|opublikowan\w*|first published|original\w*"
)
REVISED = re.compile(
    r"\bstand\b|aktualisier\w*|ge(?:ä|ae)ndert|änderung|update\w*|modified|revised|überarbeitet|bearbeitet|edited|"
    r"mis à jour|actualizad\w*|aggiornat\w*|bijgewerkt|aktualizacj\w*|oppdatert|uppdaterad|opdateret|ændret"
)
LIMIT = re.compile(
    r"(?:\b(?:bis(?:\s+zum|\s+einschließlich)?|ab(?:\s+dem)?|until|through|till|jusqu'au|frist|deadline)\s*:?\s*)$"
)
# Dates of something else than the text: of an event, a person, a law, an account.
OTHER = re.compile(
    r"(?:(?:\b(?:registriert|registered|mitglied|member|beigetreten|joined|dabei|geboren|born|seit|since|termin\w*|"
    r"beginn|beginnt|start|ende|veranstaltung\w*|event|gültig|abgerufen|retrieved|accessed|aktuelle zeit)|[*†])"
    r"(?:\s+(?:seit|since|am|on|vom|den))?\s*:?|\b(?:urteil|beschluss|gesetz|verordnung|satzung|bgbl|bekanntmachung)\b"
    r"[^|]{0,60}\bvom|§[^|]{0,60}\bvom)\s*"
    rf"(?:{WEEKDAY},?\s*)?(?:de[nrm]\s+)?$"
)
PASSIVE = re.compile(r"\bwurde\s+(?:am\s+)?$")  # the verb stands behind: "wurde am 26.04.2024 von X geschrieben"
PRICE = re.compile(r"\s?(?:€|euro?\b|chf\b|[$£])")
PERIOD = re.compile(rf"\s*(?:[-–—]|bis(?:\s+zum)?|to|until|und|and)\s*(?:{WEEKDAY},?\s+)?(?:den\s+|dem\s+)?")
EARLIER_DAY = re.compile(r"\d{1,2}\.\s*(?:bis|und|u\.|[-–/&+])\s*$")
NUMBERED = re.compile(
    r"(?:\bv|version|release|abschnitt|kapitel|ziffer|punkt|§|\bip|\bios|\bnr\.?|\b(?:tel|fax|fon)(?:efon)?[.:]?|"
    r"\+\d\d[\d ()/]*|\b(?:az|art|abs|hr[ab]|din|iso)\.?|aktenzeichen:?)\s*$"
)
