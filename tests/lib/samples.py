"""Messages as the outbox keeps them, about invented news; and what a reader gets of them."""
import json
import os
import subprocess

RENDER = os.path.join(os.environ.get("top_builddir", "."), "tests", "render_message")
NOON = 1795262400  # 2026-11-21 12:00 UTC

NEWS = {
    "it": [
        ("russia-corea", "Russia - Corea del Nord", 2, [
            ("Mosca e Pyongyang firmano l'intesa sulla ferrovia di Khasan", "Agenzia Esempio", None, "it", False,
             "… I ministri dei Trasporti di Russia e Corea del Nord hanno firmato a Vladivostok l'intesa sulla ferrovia di "
             "Khasan. La mutua difesa, dicono, resta il fondamento del trattato …",
             ["Russia", "Corea del Nord", "Khasan", "mutua difesa"], ["Corea del Nord", "mutua difesa", "Khasan"]),
            ("Подписано соглашение о железной дороге через Хасан", "Пример-ТВ", "Stato inventato", "ru", True,
             "… министры России и КНДР подписали соглашение …", ["России", "КНДР"], ["КНДР", "Россия"])]),
        ("russia-corea", "Russia - Corea del Nord", 2, [
            ("Truppe nordcoreane, Seul: «Nuovo contingente in addestramento»", "Il Corriere dell'Esempio", "Gruppo Esempio",
             "it", False, "Secondo i servizi sudcoreani un nuovo contingente di truppe nordcoreane si addestra nella regione "
             "di Primorye …", ["truppe nordcoreane", "Primorye"], ["truppe nordcoreane"])]),
        ("infrastrutture", "Ponti & viadotti", 1, [
            ("Crolla un ponte sul Po: due feriti <lievi>", "Gazzetta di Prova", None, "it", False,
             "Il ponte «vecchio» era chiuso da mesi ai mezzi pesanti …", ["ponte"], ["ponte"])]),
        ("dighe", "Dighe", 3, [("Cede una diga in montagna, evacuati tre paesi", "Radio Valle", None, "it", False,
                                "La diga ha ceduto all'alba …", ["diga"], ["diga"])])],
    "en": [
        ("russia-korea", "Russia - North Korea", 2, [
            ("Moscow and Pyongyang sign Khasan railway deal", "The Example Times", None, "en", False,
             "… Transport ministers of Russia and North Korea signed the Khasan railway agreement in Vladivostok. Mutual "
             "defence, they said, remains the basis of the treaty …", ["Russia", "North Korea", "Khasan", "Mutual defence"],
             ["North Korea", "mutual defence", "Khasan"]),
            ("Подписано соглашение о железной дороге через Хасан", "Primer TV", "Invented State", "ru", True,
             "… министры России и КНДР подписали соглашение …", ["России", "КНДР"], ["КНДР", "Россия"])]),
        ("bridges", "Bridges & viaducts", 1, [
            ("Bridge over the Po collapses: two <slightly> hurt", "Test Gazette", None, "en", False,
             "The \"old\" bridge had been closed to lorries for months …", ["bridge"], ["bridge"])])],
}


def spans(text, words):
    """Byte ranges of the words' first occurrences, flat."""
    found = []
    for word in words:
        at = text.find(word)
        if at >= 0:
            start = len(text[:at].encode())
            found.append((start, start + len(word.encode())))
    return [number for pair in sorted(found) for number in pair]


def items(language):
    result = []
    for story, (name, title, priority, articles) in enumerate(NEWS[language]):
        for n, (headline, outlet, owner, tongue, state, excerpt, marked, why) in enumerate(articles):
            item = dict(article=1000 * story + n + 1, alert=4096 + story, filter=name, filter_title=title, priority=priority,
                        title=headline, excerpt=excerpt, link="https://esempio.invalid/%d/%d?a=1&b=2" % (story, n),
                        outlet=outlet, language=tongue, state_media=state, published_at=NOON - 3600 * story - 60 * n,
                        score=4.25, threshold=3.0, title_spans=spans(headline, marked), excerpt_spans=spans(excerpt, marked),
                        why=why)
            if owner:
                item["owner"] = owner
            result.append(item)
    return result


def digest(language="it", kind=2):
    subject = {"it": "Riepilogo: %d avvisi", "en": "Digest: %d alerts"}[language] % len(NEWS[language])
    return dict(key="digest.sample", kind=kind, priority=3, language=language, subject=subject, created_at=NOON, alert=0,
                story=0, article_count=len(items(language)), owner_count=0, items=items(language))


WORLD = [
    ("ar", "وقعت موسكو وبيونغ يانغ اتفاقا بشأن سكة حديد خاسان في فلاديفوستوك", "وكالة المثال", "… وقع وزيرا النقل اتفاقية سكة حديد خاسان (Khasan) يوم 21 نوفمبر، وقالا إن الدفاع المشترك يبقى أساس المعاهدة …", ["خاسان"]),
    ("he", "מוסקבה ופיונגיאנג חתמו על הסכם הרכבת לחסאן, 3 פצועים", "עיתון הדוגמה", "שרי התחבורה חתמו בוולדיווסטוק על ההסכם, \"הגשר הישן\" נסגר.", ["חסאן"]),
    ("zh", "俄罗斯与朝鲜签署哈桑铁路协议，两国交通部长在符拉迪沃斯托克会晤，称共同防御仍是条约的基础，新一批部队正在滨海边疆区训练", "示例通讯社",
     "……俄罗斯和朝鲜交通部长在符拉迪沃斯托克签署了哈桑铁路协议。他们说，共同防御仍然是条约的基础，新一批部队正在滨海边疆区训练……", ["哈桑铁路"]),
    ("ja", "ロシアと北朝鮮、ハサン鉄道協定に署名 相互防衛が条約の基礎と強調", "例新聞", "両国の運輸相はウラジオストクでハサン鉄道協定に署名した。", ["ハサン鉄道"]),
    ("ko", "러시아와 북한, 하산 철도 협정 서명… 상호 방위가 조약의 기초라고 강조", "예시통신", "양국 교통장관이 블라디보스토크에서 하산 철도 협정에 서명했다.", ["하산 철도"]),
    ("de", "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz" * 3, "x" * 110, "Ohne Leerzeichen: " + "abcdefghij" * 25, ["abcdefghij"]),
    ("th", "รัสเซียและเกาหลีเหนือลงนามข้อตกลงทางรถไฟคาซานที่วลาดิวอสต็อกโดยรัฐมนตรีคมนาคมของทั้งสองประเทศ", "สำนักข่าวตัวอย่าง", "รัฐมนตรีลงนามข้อตกลง", ["คาซาน"]),
    ("en", "A headline that goes on and on, as editors of some outlets like it, with names, places, dates and a quotation: "
     "\"the treaty\", they said, \"remains what it was, and nobody in Vladivostok or elsewhere should doubt it\"", "The Example Times",
     "Short.", ["treaty"]),
]


def world(language="it"):
    """A digest of news in many scripts, with titles that are too long."""
    told = []
    for n, (tongue, title, outlet, excerpt, marked) in enumerate(WORLD):
        told.append(dict(article=n + 1, alert=n + 1, filter="f%d" % (n % 2), filter_title=("朝鲜与俄罗斯", "Russia - Corea del Nord")[n % 2],
                         priority=1 + n % 2, title=title, excerpt=excerpt, link="https://esempio.invalid/%d/%s" % (n, "x" * 90),
                         outlet=outlet, owner="Stato inventato" if n % 3 == 0 else None, language=tongue, state_media=n % 3 == 0,
                         published_at=NOON - 86400 * n, score=4.25, threshold=3.0, title_spans=spans(title, marked),
                         excerpt_spans=spans(excerpt, marked), why=marked + ["Khasan"]))
    subject = {"it": "Riepilogo: %d avvisi", "en": "Digest: %d alerts"}[language] % len(told)
    return dict(digest(language), subject=subject, items=[{key: value for key, value in item.items() if value is not None} for item in told])


def alert(language="it", number=0, **changes):
    item = dict(items(language)[number])
    message = dict(key="00000000000010ab.alert0.sample", kind=0, priority=item["priority"], language=language,
                   filter=item["filter"], filter_title=item["filter_title"], alert=item["alert"], story=77,
                   subject="%s: %s" % (item["filter_title"], item["title"]), created_at=NOON, article_count=2, owner_count=2,
                   outlets=[item["outlet"], "Primer TV"], items=[item])
    message.update(changes)
    return message


def render(message, form):
    """Bytes."""
    return subprocess.run([RENDER, form], input=json.dumps(message).encode(), capture_output=True, check=True,
                          timeout=60).stdout
