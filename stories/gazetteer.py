"""Places that could point to a person: North Korea by city and county, and the border country. No Django here.

Korean forms stand as the North writes them; the forms of the South and the Latin ones are computed. Names that are
ordinary words too count only with what shows that a place is meant. From public knowledge of the map, not complete
below the county.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from stories import hangul
from stories.naming import NORTH_AND_SOUTH

PROVINCES = ["평안남도", "평안북도", "함경남도", "함경북도", "황해남도", "황해북도", "자강도", "량강도", "강원도"]
SHORT_PROVINCES = ["평남", "평북", "함남", "함북", "황남", "황북"]
#: Cities and counties whose names are hardly ever another word.
PLAIN = """
평양 평성 덕천 순천 남포 숙천 룡강 성천 양덕 맹산 북창 녕원 득장 신의주 선천 룡천 피현 의주 삭주 벽동 녕변 박천 곽산
태천 강계 만포 희천 중강 룡림 랑림 혜산 삼지연 대홍단 백암 갑산 김형직 김정숙 김형권 청진 라선 라진 회령 온성 무산
새별 은덕 어랑 길주 명간 함흥 흥남 단천 신포 함주 금야 요덕 허천 북청 홍원 옹진 벽성 청단 배천 재령 안악 은률 태탄
사리원 송림 황주 린산 서흥 곡산 평산 토산 승호 장풍 개풍 원산 문천 안변 창도 회양 천내 만경대 모란봉 락랑 력포 형제산
동대원 김책 전천 화평 부령 풍서 운흥 보천 나선 나진 웅기
"""
#: Those that are also another word: with a word for a kind of place, or with where or whither.
WITH_PARTICLE = """
개성 안주 정주 해주 철원 강서 경성 명천 화대 부전 장진 신흥 덕성 신천 은천 송화 장연 봉산 신계 순안 자성 초산 구장 구성
대관 염주 철산 창성 운산 향산 문덕 증산 은산 회창 대흥 청남 경원 경흥 연사 선봉 락원 정평 고원 수동 리원 룡연 삼천 강령
봉천 연안 수안 연산 신평 금천 상원 중화 강남 고산 통천 고성 금강 김화 평강 이천 판교 법동 성간 삼수 룡성 삼석 사동
"""
#: Those that are everyday words: with a word for a kind of place alone.
WITH_KIND = """
온천 개천 대안 시중 위원 신원 영원 평원 은파 과일 영광 대동 신도
선교 천마 동신 동림 동창 운전 세포 우시 고풍 송원 장강 화성
"""
#: Beyond the border, and where many have gone since.
ABROAD = """
연길 옌지 룡정 도문 투먼 훈춘 화룡 왕청 장백 단동 단둥 심양 선양 장춘 창춘 길림 지린 하얼빈 할빈 목단강 무단장 연변
대련 다롄 북경 베이징 곤명 쿤밍 남녕 난닝 집안시 림강 청도 칭다오 돈화 흑룡강성 헤이룽장성 료녕성 랴오닝성 길림성
운남성 내몽골 서울 부산 인천 대구 광주 대전 울산
"""
LATIN_ABROAD = """
Yanji Longjing Tumen Hunchun Helong Wangqing Changbai Dandong Shenyang Changchun Jilin Harbin Mudanjiang Yanbian Dalian
Beijing Kunming Nanning Ji’an Linjiang Qingdao Dunhua Heilongjiang Liaoning Yunnan Tonghua Seoul Busan Pusan Incheon
Daegu Daejeon Gwangju Ulsan Shinuiju Rason Rajin Najin Sonbong Kimchaek Hungnam Yodok Ryanggang Yanggang Hamgyong
Hamgyeong Pyongan Pyeongan Hwanghae Chagang Jagang Kangwon
"""
#: A romanised name with fewer letters could be another word.
SHORTEST_LATIN = 5


def patterns() -> dict[str, str]:
    """The names by how sure they are, each group as the alternatives of a regular expression, longest first."""
    plain, with_particle, with_kind = (
        _both_ways(names.split()) for names in (f"{PLAIN} {ABROAD}", WITH_PARTICLE, WITH_KIND)
    )
    northern = _both_ways(f"{PLAIN} {WITH_PARTICLE} {WITH_KIND}".split())
    latin = {*LATIN_ABROAD.split(), *(form for name in northern for form in _romanised(name))}
    return {
        "PLACES": _either([*PROVINCES, "양강도", *plain]),
        "PLACES_AND_WORDS": _either(with_particle),
        "WORDS_AND_PLACES": _either(with_kind),
        "SHORT_PROVINCES": _either(SHORT_PROVINCES),
        "LATIN_PLACES": _either(form for form in latin if len(form) >= SHORTEST_LATIN),
        "SHORT_LATIN_PLACES": _either(form for form in latin if len(form) < SHORTEST_LATIN),
    }


def _both_ways(names: Iterable[str]) -> list[str]:
    """As the North and as the South write them."""
    return [form for name in names for form in (name, NORTH_AND_SOUTH.get(name[0], name[0]) + name[1:])]


def _romanised(name: str) -> list[str]:
    old = hangul.mccune(name)
    return [form.capitalize() for form in (hangul.revised(name), old, hangul.plain(old))]


def _either(names: Iterable[str]) -> str:
    longest_first = sorted(set(names), key=lambda name: (-len(name), name))
    return "|".join(re.escape(name).replace("’", "[’']?") for name in longest_first)
