"""A text and what its page declares in, the language it is written in out (two letters, ISO 639-1).

First the script: letters that one language alone uses, or most of those who use them. Then, among those in the same
script, the commonest small words. Where neither is clear, the declared language stands.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

# The commonest small words of each language, also those it shares with others: what it does not share decides.
_WORDS = {
    "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus",
    "en": "the of and to in a is that for was on with as by at it from are this be have which they were has",
    "fr": "de la le et les des en un une du dans qui que est pour par sur pas au plus avec ne se ce sont il",
    "es": "de la que el en y a los del se las por un con no una su para es al lo como más pero fue sus",
    "it": "di e il la che in a per un del le della con non una si da dei al sono i è alla più anche nel",
    "nl": "de van het een en in is dat op te met voor zijn niet aan er om ook als die bij naar door maar wordt",
    "pt": "de a o que e do da em um para com não uma os no se na por mais as dos como mas foi ao são",
    "pl": "w i na z się nie do to że jest o za jak od po przez dla oraz są czy ale który był już także",
    "sv": "och i att det som en på är av för med till den har de inte om ett han men var från vid kan",
    "da": "og i at det er en til af på for med den de som ikke der et har var han blev efter siger også men",
    "no": "og i det på som er en til av for med at har de ikke den han et om var fra men etter sier ble",
    "fi": "ja on ei että se oli hän myös mutta kuin ovat joka tai kun mukaan jo vain sen nyt sitä ole",
    "hu": "a az és hogy nem egy is meg volt csak már még mint ezt el de ez van azt után lehet majd",
    "cs": "a se v na je že s z do o i to ve pro by jako ale za jsou byl podle také od po který jsem",
    "sk": "a sa v na je že s z do o aj to vo pre by ako ale za sú bol podľa tiež od po ktorý som",
    "sl": "je in v se na da za so ki z pa s tudi kot po bi ne do bil še pri od ter iz lahko",
    "hr": "i je u se na da za su od koji s kao a što nije bi iz o ali će do ne po bio te",
    "ro": "de în și la a pe cu din că să nu care o pentru este un mai au al fost după sau prin ale s",
    "tr": "ve bir bu için ile da de olan olarak daha çok en ise gibi ne kadar sonra o var ancak",
    "id": "yang dan di dengan untuk dari pada ini tidak dalam akan itu juga ke oleh kata adalah ada mereka saat",
    "vi": "và của là có cho không được trong các một với người đã này những khi để từ đến về",
    "ca": "de la i a el que en els les un per una amb del és no al va com es més dels però per aquesta",
    "et": "ja on ei et see oli ka kui ning aga oma mis ta või selle sest nii tema ma juba",
    "lv": "un ir ar no par ka kas tas bet arī lai pie kā vai uz gada tika jau līdz pēc",
    "lt": "ir yra kad su iš į tai bet kaip apie buvo po jau ne ar o už nuo dėl per",
    "af": "die en van het in is wat vir om te dat met was nie op sy hy aan ook sal word",
    "sw": "na ya wa kwa ni katika za la kuwa hiyo huo cha pia hii kama wakati baada watu huyo alisema",
    "zu": "ukuthi kodwa futhi uma ngoba kanye nje ukuze njengoba lapho kusho ngesikhathi abantu nokuthi kakhulu",
    "xh": "ukuba kodwa kwaye kuba xa kunye nje ukuze apho uthi abantu okanye ngexesha ngokuba kakhulu",
    "ru": "и в не на что с он как это по но его для из был",
    "uk": "і в не на що з як це та до але його для із був який",
    "bg": "и на да се за от не е в с това са като по че",
    "sr": "и је у да се на за су од који као што није би",
    "ar": "في من على إلى أن التي هذا عن ما مع كان الذي",
    "fa": "و در به از که این را با است برای آن یک",
    "ur": "کے میں کی ہے اور سے کا کو نے پر یہ ہیں",
}
_SETS = {language: frozenset(words.split()) for language, words in _WORDS.items()}
_SAID_IN = {word: tuple(n for n, own in _SETS.items() if word in own) for own in _SETS.values() for word in own}
# Letters by the block they stand in (Unicode), and the language they are evidence of; None: several share the script.
_SCRIPTS: tuple[tuple[str, str, str | None], ...] = (
    ("\u3040", "\u30ff", "ja"), ("\uac00", "\ud7af", "ko"), ("\u0370", "\u03ff", "el"), ("\u0590", "\u05ff", "he"),
    ("\u0e00", "\u0e7f", "th"), ("\u10a0", "\u10ff", "ka"), ("\u0530", "\u058f", "hy"), ("\u0900", "\u097f", "hi"),
    ("\u0980", "\u09ff", "bn"), ("\u0b80", "\u0bff", "ta"), ("\u0c00", "\u0c7f", "te"), ("\u0a80", "\u0aff", "gu"),
    ("\u1200", "\u137f", "am"), ("\u1780", "\u17ff", "km"), ("\u1000", "\u109f", "my"), ("\u4e00", "\u9fff", "zh"),
    ("\u0400", "\u04ff", None), ("\u0600", "\u06ff", None),
)  # fmt: skip
_BEYOND = re.compile("[\u0370-\u1fff\u3040-\ud7ff]")  # what is neither Latin nor punctuation
# Languages that share one of those scripts with the one it stands for: if the page declares one, it is believed.
_SHARED = {"hi": ("mr", "ne", "sa"), "zh": ("ja",), "he": ("yi",), "am": ("ti",), "bn": ("as",)}
# Languages whose words are not known here, and those they would be taken for: if the page declares one, it is believed.
_NEAR = {
    "be": ("ru", "uk"), "mk": ("bg", "sr"), "bs": ("hr", "sr"), "sh": ("hr", "sr"), "sr": ("hr",), "gl": ("pt", "es"),
    "oc": ("ca", "fr"), "lb": ("de",), "nds": ("de", "nl"), "fy": ("nl",), "fo": ("da", "no"), "ms": ("id",),
    "ps": ("fa",), "ckb": ("fa",), "zu": ("sw",), "xh": ("sw",), "eo": ("es", "it"), "eu": ("es",), "pcm": ("en",),
    "no": ("da",), "da": ("no",),
}  # fmt: skip
# Codes that mean the same language.
_ALIASES = {"iw": "he", "in": "id", "ji": "yi", "nb": "no", "nn": "no", "jp": "ja", "kr": "ko", "cn": "zh", "ua": "uk"}
READ = 6_000  # characters of a text that are looked at
MIN_WORDS = 30
MIN_LETTERS = 60
MIN_HITS = 6
MIN_KINDS = 4  # of a language's words: a calendar has many of a few
MIN_SHARE = 0.06  # of the words that a language's commonest ones have to be
CLEARLY = 2.0  # times as many as of the declared language's
SCRIPT_SHARE = 0.3  # of the letters that are another script's; kana among Chinese characters are fewer


def detect(said: str | None, declared: str | None) -> str | None:
    """Return the declared language, unless a long enough text is clearly written in another one."""
    known = _short(declared)
    text = (said or "")[:READ]
    if script := _by_script(text, known):
        return script
    words = re.findall(r"[^\W\d_]+", text.lower())
    if len(words) < MIN_WORDS:
        return known
    shares = _shares(words)
    best = max(shares, key=lambda language: shares[language])
    if shares[best] < max(MIN_SHARE, MIN_HITS / len(words)) or len(_SETS[best] & set(words)) < MIN_KINDS:
        return known
    if known is None:
        return best
    clear = shares[best] > CLEARLY * shares.get(known, MIN_SHARE)
    return best if clear and best not in _NEAR.get(known, ()) else known


def _shares(words: list[str]) -> Mapping[str, float]:
    count = dict.fromkeys(_SETS, 0)
    for word, times in Counter(words).items():
        for language in _SAID_IN.get(word, ()):
            count[language] += times
    return {language: times / len(words) for language, times in count.items()}


def _by_script(text: str, known: str | None) -> str | None:
    """Return the language that a text's letters tell; None for scripts that many languages share."""
    far = _BEYOND.findall(text)
    if len(far) < SCRIPT_SHARE * MIN_LETTERS:
        return None
    letters = [character for character in text if character.isalpha()]
    if len(letters) < MIN_LETTERS:
        return None
    found: Counter[str] = Counter()
    for character in far:
        found.update(language for first, last, language in _SCRIPTS if language and first <= character <= last)
    if found["ja"] > 0.1 * len(letters):
        return "ja"
    language, times = next(iter(found.most_common(1)), ("", 0))
    if times < SCRIPT_SHARE * len(letters):
        return None
    return known if known in _SHARED.get(language, ()) else language


def _short(declared: str | None) -> str | None:
    match = re.match(r"\s*([a-zA-Z]{2,3})(?![a-zA-Z])", declared or "")
    code = match.group(1).lower() if match else None
    return _ALIASES.get(code, code) if code else None
