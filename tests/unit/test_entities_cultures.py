"""Hard pairs of names from many naming cultures: half are one bearer, half are two.

Order of given name and surname, particles, double surnames, patronymics, letters that ASCII lacks, forms
for women, honorifics, initials, fathers and sons.
"""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.resolve.entities import resolve_entities
from pipelines.resolve.mention_rows import MentionRow

SAME_PEOPLE = [
    # Arabic: the article written, hyphenated or left out
    ("Bashar al-Assad", "Bashar Assad"),
    ("Abdel Fattah el-Sisi", "Abdel Fattah al-Sisi"),
    ("Ayman al-Zawahiri", "Ayman Al Zawahiri"),
    ("Osama bin Laden", "Usama bin Ladin"),
    ("Muqtada al-Sadr", "Moqtada Sadr"),
    ("Mohamed ElBaradei", "Mohammed el-Baradei"),
    ("Nouri al-Maliki", "Nuri al-Maliki"),
    ("Hassan Nasrallah", "Hasan Nasrallah"),
    # Chinese and Korean: order, hyphens, romanisations
    ("Xi Jinping", "Jinping Xi"),
    ("Tsai Ing-wen", "Tsai Ingwen"),
    ("Chiang Kai-shek", "Chiang Kai Shek"),
    ("Kim Jong-un", "Kim Jong Un"),
    ("Ban Ki-moon", "Ban Ki Moon"),
    ("Moon Jae-in", "Moon Jae In"),
    ("Yoon Suk-yeol", "Yoon Seok-youl"),
    # Spanish and Portuguese: double surnames, accents
    ("Andrés Manuel López Obrador", "Andres Manuel Lopez Obrador"),
    ("José Luis Rodríguez Zapatero", "José Luis Zapatero"),
    ("Enrique Peña Nieto", "Enrique Pena Nieto"),
    ("Luiz Inácio Lula da Silva", "Luiz Inacio Lula da Silva"),
    # Turkish and Azerbaijani letters
    ("Kemal Kılıçdaroğlu", "Kemal Kilicdaroglu"),
    ("Ahmet Davutoğlu", "Ahmet Davutoglu"),
    ("Ceyhun Bayramov", "Jeyhun Bayramov"),
    ("Mevlüt Çavuşoğlu", "Mevlut Cavusoglu"),
    # Ukrainian, Belarusian and Russian forms
    ("Petro Poroshenko", "Pyotr Poroshenko"),
    ("Oleksandr Turchynov", "Alexander Turchinov"),
    ("Mykola Azarov", "Nikolai Azarov"),
    ("Alyaksandr Lukashenka", "Alexander Lukashenko"),
    ("Sviatlana Tsikhanouskaya", "Svetlana Tikhanovskaya"),
    ("Valeriy Zaluzhnyi", "Valery Zaluzhny"),
    ("Andriy Yermak", "Andrei Ermak"),
    # Burmese honorifics
    ("Aung San Suu Kyi", "Daw Aung San Suu Kyi"),
    ("Thein Sein", "U Thein Sein"),
    # Icelandic and Nordic letters
    ("Katrín Jakobsdóttir", "Katrin Jakobsdottir"),
    ("Guðni Jóhannesson", "Gudni Johannesson"),
    ("Sigmundur Davíð Gunnlaugsson", "Sigmundur David Gunnlaugsson"),
    ("Søren Pape", "Soeren Pape"),
    ("Thomas Müller", "Thomas Mueller"),
    # honorifics, initials
    ("Sir Keir Starmer", "Keir Starmer"),
    ("Lord David Cameron", "David Cameron"),
    ("Gen. Mark Milley", "Mark A. Milley"),
    ("J. K. Rowling", "JK Rowling"),
    ("A. P. J. Abdul Kalam", "APJ Abdul Kalam"),
    ("George W. Bush", "George Walker Bush"),
    ("Samuel L. Jackson", "Samuel Jackson"),
    # women's forms, accents
    ("Maria Zakharova", "Mariya Zakharova"),
    ("Zuzana Čaputová", "Zuzana Caputova"),
    ("Valentina Matviyenko", "Valentina Matvienko"),
    ("Slobodan Milošević", "Slobodan Milosevic"),
    ("Nicolae Ceaușescu", "Nicolae Ceausescu"),
    ("Ursula von der Leyen", "Ursula Von der Leyen"),
    ("Frank-Walter Steinmeier", "Frank Walter Steinmeier"),
]

DIFFERENT_PEOPLE = [
    # Arabic
    ("Bashar al-Assad", "Hafez al-Assad"),
    ("Mohammed bin Salman", "Mohammed bin Zayed"),
    ("Saad Hariri", "Rafik Hariri"),
    ("Salman bin Abdulaziz", "Abdullah bin Abdulaziz"),
    ("Abu Bakr al-Baghdadi", "Abu Omar al-Baghdadi"),
    ("Mohammad Khatami", "Ahmad Khatami"),
    ("Abdullah Abdullah", "Abdullah Gul"),
    # Chinese and Korean
    ("Li Keqiang", "Li Qiang"),
    ("Wang Yi", "Wang Yang"),
    ("Hu Jintao", "Hu Jia"),
    ("Zhang Gaoli", "Zhang Dejiang"),
    ("Chen Shui-bian", "Chen Shih-chung"),
    ("Kim Jong-nam", "Kim Jong-un"),
    ("Park Geun-hye", "Park Chung-hee"),
    ("Kim Yo-jong", "Kim Yong-nam"),
    ("Lee Myung-bak", "Lee Jae-myung"),
    # Spanish and Portuguese
    ("Luis García Montero", "Luis García Berlanga"),
    ("Juan García Ponce", "Juan García Oliver"),
    ("Pedro Sánchez", "Pedro Castillo"),
    ("Felipe González", "Felipe Calderón"),
    ("Juan Manuel Santos", "Juan Manuel Fangio"),
    ("Daniel Ortega", "Humberto Ortega"),
    ("Jair Bolsonaro", "Flávio Bolsonaro"),
    # Turkish and Azerbaijani
    ("Recep Tayyip Erdoğan", "Bilal Erdoğan"),
    ("Mehriban Aliyeva", "Leyla Aliyeva"),
    ("Elmar Mammadyarov", "Eldar Mammadov"),
    ("Süleyman Demirel", "Süleyman Soylu"),
    # Ukrainian, Russian
    ("Vitali Klitschko", "Wladimir Klitschko"),
    ("Vladimir Putin", "Vladimir Potanin"),
    ("Alexander Lebed", "Alexander Lebedev"),
    ("Andrei Kozlov", "Andrei Kozyrev"),
    ("Nikolai Patrushev", "Dmitry Patrushev"),
    ("Viktor Yanukovych", "Viktor Yushchenko"),
    ("Vladimir Ivanovich Petrov", "Vladimir Sergeyevich Petrov"),
    # women's forms beside men's
    ("Alexander Ivanov", "Alexandra Ivanova"),
    ("Valentin Petrov", "Valentina Petrova"),
    ("Alexei Navalny", "Yulia Navalnaya"),
    ("Mikhail Gorbachev", "Raisa Gorbacheva"),
    ("Evgeny Kuznetsov", "Evgenia Kuznetsova"),
    # Burmese
    ("Aung San", "Aung San Suu Kyi"),
    ("Win Tin", "Win Myint"),
    ("Thein Sein", "Than Shwe"),
    # Icelandic
    ("Bjarni Benediktsson", "Bjarni Jónsson"),
    ("Jóhanna Sigurðardóttir", "Jóhanna Guðmundsdóttir"),
    ("Jón Jónsson", "Jóna Jónsdóttir"),
    # suffixes, initials, families
    ("Ferdinand Marcos", "Ferdinand Marcos Jr."),
    ("Robert Downey Jr.", "Robert Downey Sr."),
    ("George W. Bush", "George P. Bush"),
    ("Pope John Paul I", "Pope John Paul II"),
    ("Elizabeth I", "Elizabeth II"),
    ("J. Edgar Hoover", "Herbert Hoover"),
    ("Marine Le Pen", "Jean-Marie Le Pen"),
    ("Jean-Claude Juncker", "Jean-Claude Trichet"),
    ("Sheikh Hasina", "Sheikh Mujibur Rahman"),
    ("Benjamin Netanyahu", "Yonatan Netanyahu"),
]

# One bearer each, and still two to us: vowels of Arabic without a particle, the older romanisation of
# Chinese, a second Spanish surname (which a first one alone does not tell from a namesake's).
MISSED_PEOPLE = [
    ("Khaled Mashal", "Khalid Meshaal"),
    ("Mao Zedong", "Mao Tse-tung"),
    ("Pedro Sánchez", "Pedro Sánchez Pérez-Castejón"),
    ("Mariano Rajoy", "Mariano Rajoy Brey"),
]

SAME_THINGS = [
    ("GPE", "Türkiye", "Turkey"),
    ("GPE", "Czechia", "Czech Republic"),
    ("GPE", "Odesa", "Odessa"),
    ("GPE", "Kharkiv", "Kharkov"),
    ("GPE", "Mumbai", "Bombay"),
    ("GPE", "Ivory Coast", "Côte d'Ivoire"),
    ("ORG", "Hezbollah", "Hizbullah"),
    ("ORG", "Al-Qaeda", "al-Qaida"),
    ("ORG", "IAEA", "International Atomic Energy Agency"),
    ("ORG", "Doctors Without Borders", "Médecins Sans Frontières"),
    ("ORG", "Bank of America", "Bank of America Corp."),
    ("ORG", "German Foreign Ministry", "Ministry of Foreign Affairs of Germany"),
]

DIFFERENT_THINGS = [
    ("GPE", "Dominica", "Dominican Republic"),
    ("GPE", "Guinea", "Guinea-Bissau"),
    ("GPE", "Sudan", "South Sudan"),
    ("GPE", "Mali", "Malawi"),
    ("GPE", "Iran", "Iraq"),
    ("GPE", "Gambia", "Zambia"),
    ("ORG", "IAEA", "IEA"),
    ("ORG", "Bank of England", "Bank of Japan"),
    ("ORG", "German Foreign Ministry", "Georgian Foreign Ministry"),
    ("ORG", "Taliban", "Tehrik-i-Taliban Pakistan"),
    ("ORG", "Sinn Fein", "Fine Gael"),
    ("NORP", "Iranian", "Iraqi"),
]

SAME = [("PERSON", a, b) for a, b in SAME_PEOPLE] + SAME_THINGS
DIFFERENT = [("PERSON", a, b) for a, b in DIFFERENT_PEOPLE] + DIFFERENT_THINGS


def ids(label: str, *names: str) -> list[str | None]:
    rows = [
        MentionRow(f"d{i}:0", f"d{i}", date(2026, 3, 1), 0, label, name, name) for i, name in enumerate(names)
    ]
    found = resolve_entities(rows, [], [])
    return [found.mention_entity[r.mention_id].entity_id for r in rows]


def test_half_of_the_pairs_are_different() -> None:
    assert len(SAME) + len(MISSED_PEOPLE) == len(DIFFERENT)
    assert len({*SAME, *DIFFERENT}) == len(SAME) + len(DIFFERENT)


@pytest.mark.parametrize(("label", "a", "b"), SAME)
def test_one_bearer(label: str, a: str, b: str) -> None:
    first, second = ids(label, a, b)
    assert first is not None
    assert first == second


@pytest.mark.xfail(strict=True, reason="weak spot: see docs/explanation/names.md")
@pytest.mark.parametrize(("a", "b"), MISSED_PEOPLE)
def test_one_bearer_that_is_missed(a: str, b: str) -> None:
    first, second = ids("PERSON", a, b)
    assert first == second


@pytest.mark.parametrize(("label", "a", "b"), DIFFERENT)
def test_two_bearers(label: str, a: str, b: str) -> None:
    first, second = ids(label, a, b)
    assert first != second
    found = ids(label, a, a, b, b)
    assert found[0] == found[1] != found[2] == found[3]
