"""Which language a text is in: by its script, by its small words, else by what the page declares."""

from __future__ import annotations

import pytest

from feedsvc.extract import language

TEXTS = {
    "de": (
        "Der Landtag hat am Donnerstag über den Haushalt beraten. Die Regierung will mit dem Geld auch die "
        "Schulen im Land besser ausstatten, was von der Opposition als nicht ausreichend bezeichnet wird. Sie "
        "fordert ein Programm für die Kommunen."
    ),
    "en": (
        "The committee has said that it was not aware of the plans which were made by the city for this part "
        "of the river. It is now looking at the costs and the time that will be needed to have them ready."
    ),
    "fr": (
        "Le gouvernement a présenté mardi les grandes lignes de son projet de loi sur les retraites, qui est "
        "contesté par une partie des syndicats. Une réunion est prévue dans la semaine avec les élus des "
        "régions, mais pas avec eux."
    ),
    "es": (
        "El gobierno presentó el martes las líneas de su proyecto de ley sobre las pensiones, que no convence "
        "a los sindicatos. Una reunión con los alcaldes está prevista para la semana próxima, pero no se sabe "
        "en qué ciudad."
    ),
    "it": (
        "Il governo ha presentato martedì le linee del suo progetto di legge sulle pensioni, che non convince "
        "i sindacati. Una riunione con i sindaci è prevista per la settimana prossima, ma non si sa in quale "
        "città."
    ),
    "nl": (
        "De regering heeft dinsdag de plannen voor het nieuwe jaar gepresenteerd, die volgens de oppositie "
        "niet ver genoeg gaan. Er is een gesprek met de burgemeesters gepland voor volgende week, maar het is "
        "niet zeker waar."
    ),
    "pl": (
        "Rząd przedstawił we wtorek założenia projektu ustawy o emeryturach, który nie podoba się związkom. "
        "Spotkanie z burmistrzami jest planowane na przyszły tydzień, ale nie wiadomo jeszcze, w którym "
        "mieście się odbędzie."
    ),
    "cs": (
        "Vláda v úterý představila návrh zákona o důchodech, který se nelíbí odborům. Setkání se starosty je "
        "plánováno na příští týden, ale není jasné, ve kterém městě se bude konat a kdo na něj přijede, "
        "protože to nikdo neřekl."
    ),
    "tr": (
        "Hükümet salı günü emeklilik yasası için hazırladığı planı açıkladı ve bu plan sendikalar için bir "
        "hayal kırıklığı oldu. Belediye başkanları ile bir toplantı daha yapılacak ancak yeri ne kadar "
        "tartışılsa da belli değil."
    ),
    "ru": (
        "Правительство во вторник представило проект закона о пенсиях, который не нравится профсоюзам. "
        "Встреча с мэрами запланирована на следующую неделю, но пока не ясно, в каком городе она пройдёт и "
        "кто на неё приедет. Это не всё."
    ),
    "uk": (
        "Уряд у вівторок представив проєкт закону про пенсії, який не подобається профспілкам. Зустріч з "
        "мерами запланована на наступний тиждень, але ще не відомо, у якому місті це буде, як і те, хто до "
        "них приїде. Це не все."
    ),
    "el": (
        "Η κυβέρνηση παρουσίασε την Τρίτη το σχέδιο νόμου για τις συντάξεις, που δεν αρέσει στα συνδικάτα της χώρας."
    ),
    "ja": (
        "政府は火曜日に年金に関する法案の概要を発表しました。労働組合はこれに反対しています。来週、"
        "市長たちとの会合が予定されていますが、場所はまだ決まっていません。"
    ),
    "zh": (
        "政府周二公布了养老金法案的要点，工会对此表示反对。下周计划与各市市长举行会议，但地点尚未确"
        "定，也不清楚谁会出席这次会议，有关方面没有作出任何说明，记者多次询问未果。"
    ),
    "ko": (
        "정부는 화요일 연금 법안의 개요를 발표했으며 노동조합은 이에 반대하고 있다. 다음"
        " 주에 시장들과의 회의가 예정되어 있으나 장소는 아직 정해지지 않았다고 관계자는 "
        "말했다."
    ),
    "ar": (
        "قدمت الحكومة يوم الثلاثاء مشروع قانون التقاعد الذي لا يعجب النقابات في البلاد. ومن المقرر عقد اجتماع "
        "مع رؤساء البلديات في الأسبوع المقبل، ولم يعرف بعد في أي مدينة، ولا من هو الذي سيحضر إلى هذا الاجتماع "
        "من أعضاء هذه الحكومة مع أن التقارير تحدثت عن ذلك."
    ),
}


@pytest.mark.parametrize("code", TEXTS)
@pytest.mark.parametrize("declared", [None, "own", "de", "en-US"])
def test_a_text_tells_its_language_whatever_is_declared(code: str, declared: str | None) -> None:
    assert language.detect(TEXTS[code], code if declared == "own" else declared) == code


@pytest.mark.parametrize(
    ("said", "declared", "code"),
    [
        ("Zu kurz, um es zu wissen.", "de-AT", "de"),
        ("Zu kurz, um es zu wissen.", None, None),
        ("", "fr", "fr"),
        (None, "nb_NO", "no"),
        ("1 2 3 4 5 6 7 8 9 " * 20, "de", "de"),
        ("Mo Di Mi Do Fr Sa So Januar Februar März April Mai Juni Juli " * 4, "de", "de"),
        (TEXTS["ru"], "be", "be"),
        (TEXTS["zh"], "zh-Hant", "zh"),
        ("", "x-default", None),
        ("", "deutsch", None),
    ],
)
def test_where_the_text_is_not_clear_the_declared_language_stands(
    said: str | None, declared: str | None, code: str | None
) -> None:
    assert language.detect(said, declared) == code


def test_foreign_words_in_a_text_do_not_turn_it() -> None:
    mixed = TEXTS["de"] + " „The show must go on“, sagte er. " + TEXTS["de"] + " 東京 (Tokio) ist weit. " + TEXTS["de"]
    assert language.detect(mixed, None) == "de"
