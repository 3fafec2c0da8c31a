"""Korean family names and the ways in which each is customarily written. No Django here.

Official and scholarly forms are computed (stories/hangul.py); here stand those that families chose for themselves, and
the Hanja. A name with ㄹ at its beginning in the North (리, 로, 류) and without in the South (이, 노, 유) is one name.
"""

from __future__ import annotations

#: Every Hangul form of a name, then its customary spellings, then its Hanja.
_TABLE = """
김 | Kim Gim Ghim Khim Keem Kimm | 金
이 리 | Lee Yi Ri Rhee I Li Ree Rhie Rhi Leigh Yee | 李
박 | Park Pak Bak Bahk Pack Bark Paek Pahk Parke | 朴
최 | Choi Choe Choy Che Chey Chwe Choie Tchoi Ch'oe | 崔
정 | Jung Chung Jeong Chong Jong Cheong Cheung Jeung Joung Chyung Zung | 鄭 丁 程
강 | Kang Gang Khang Ghang | 姜 康 强
조 | Cho Jo Joe Joh Choh Zo Chough | 趙 曺
윤 | Yoon Yun Youn Yune Youn | 尹
장 | Jang Chang Zang Jahng | 張 章 蔣
임 림 | Lim Im Rim Yim Rhim Leem Eem Ihm | 林 任
한 | Han Hahn Hann | 韓
오 | Oh O Oe | 吳
서 | Seo So Suh Sur Seoh Su Sohr | 徐
신 | Shin Sin Shinn Sheen | 申 辛 愼
권 | Kwon Gwon Kweon Kwun Kwan Gweon | 權
황 | Hwang Whang Hoang | 黃
안 | An Ahn Ann Aan | 安
송 | Song Soung | 宋
류 유 | Yoo Yu Ryu You Ryoo Yoou Liu Lyu Lew Rhyu Youe Rhew | 柳 劉 兪 庾
홍 | Hong | 洪
전 | Jeon Jun Chon Chun Jon Cheon Jeun Juhn Chern | 全 田 錢
고 | Ko Go Koh Goh Kho | 高
문 | Moon Mun Muhn | 文
손 | Son Sohn Shon | 孫
량 양 | Yang Ryang Lyang Rhyang Yhang Leang | 梁 楊 樑
배 | Bae Pae Bai Pai Bay Pay Bea | 裵 裴
백 | Baek Paik Paek Back Baik Pack Beak Peck | 白
허 | Heo Hur Ho Huh Her Hu Hoh Heu | 許
남 | Nam Nahm Narm | 南
심 | Shim Sim Sheem Seem | 沈
로 노 | Roh No Ro Noh Nho Lo Rho Loh Rno | 盧 魯 路
하 | Ha Hah | 河 夏
곽 | Kwak Gwak Kwack Kwag | 郭
성 | Sung Seong Song Soung Saung | 成
차 | Cha Char Chah | 車
주 | Joo Ju Chu Choo Zoo Jue | 朱 周
우 | Woo U Wu Ou Wo Uh | 禹
구 | Koo Gu Ku Goo Khoo Kou | 具 丘
라 나 | Na Ra La Nah Rah Rha Nha | 羅
민 | Min Minn Meen | 閔
진 | Jin Chin Gin Jhin Zin | 陳 秦 晉
지 | Ji Chi Jee Chee Gi Gee | 池 智
엄 | Eom Um Om Uhm Oum Ohm | 嚴
채 | Chae Chai Che Chay | 蔡
원 | Won Weon Woon Wone | 元
천 | Cheon Chun Chon Chen Choun | 千
방 | Bang Pang Bhang Pahng | 方 房
공 | Kong Gong Kohng | 孔
현 | Hyun Hyeon Hyon Hyoun Hyen | 玄
함 | Ham Hahm Hamm | 咸
변 | Byun Byeon Pyon Byon Pyun Byoun | 卞 邊
렴 염 | Yeom Yum Ryom Yom Youm Ryeom Yeum Lyum | 廉
려 여 | Yeo Ryo Yo Yuh Ryeo Yu Yeoh Lyuh | 呂 余
추 | Choo Chu Chou | 秋
도 | Do To Doh Toh Dho | 都
소 | So Soh Sho | 蘇
석 | Seok Suk Sok Sock Seock Sek | 石 昔
선 | Sun Seon Son Sunn | 宣
설 | Seol Sul Sol Sull Seul | 薛 偰
마 | Ma Mah | 馬
길 | Gil Kil Keel Gill | 吉
련 연 | Yeon Yon Ryon Youn Yun Ryeon Yeun | 延 燕 連
위 | Wi We Wie Wee Whi | 魏
표 | Pyo Phyo Peo | 表
명 | Myung Myeong Myong Myoung | 明
기 | Ki Gi Kee Key | 奇
반 | Ban Pan Bahn Bann | 潘
왕 | Wang | 王
금 | Keum Geum Kum Gum Guem | 琴
옥 | Ok Oak Ock Og | 玉
육 륙 | Yook Yuk Ryuk Youk | 陸
인 린 | In Ihn Rin Inn Yin | 印
맹 | Maeng Mang Meng | 孟
제 | Je Che Jea | 諸
모 | Mo Moh | 牟
탁 | Tak Thak | 卓
국 | Kook Kuk Guk Gook | 鞠 國
어 | Eo Uh Oh Auh | 魚
은 | Eun Un Ehn | 殷
편 | Pyeon Pyun Pyon | 片
용 룡 | Yong Ryong Young Lyong | 龍
예 례 | Ye Rye Yeh Yae | 芮
봉 | Bong Pong | 奉
경 | Kyung Kyeong Gyeong Kyong Kyoung | 慶
피 | Pi Phee Pee | 皮
두 | Du Doo Tu | 杜
감 | Kam Gam | 甘
음 | Eum Um | 陰
빈 | Bin Pin Been | 賓
동 | Dong Tong | 董
온 | On Ohn | 溫
호 | Ho Hoh | 扈 胡
범 | Beom Bum Pom | 范
좌 | Jwa Chwa | 左
팽 | Paeng Pang | 彭
승 | Seung Sung Sung | 承
간 | Kan Gan | 簡
상 | Sang | 尙
시 | Si Shi Shee | 施
갈 | Gal Kal | 葛
단 | Dan Tan | 段
계 | Kye Gye Kay | 桂
태 | Tae Thae Tai | 太
궁 | Kung Goong Gung Koong | 弓
독고 | Dokgo Tokko Dokko Tokgo | 獨孤
남궁 | Namgung Namkung Namgoong Namkoong Namgoung | 南宮
황보 | Hwangbo Whangbo Hwangpo | 皇甫
제갈 | Jegal Chegal Jekal Jaegal | 諸葛
선우 | Sunwoo Seonu Sonu Seonwoo Sunoo Sunwu | 鮮于
사공 | Sagong Sakong | 司空
서문 | Seomun Somun Suhmoon Seomoon | 西門
동방 | Dongbang Tongbang | 東方
"""


def _read() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]], dict[str, str]]:
    forms: dict[str, tuple[str, ...]] = {}
    spellings: dict[str, tuple[str, ...]] = {}
    readings: dict[str, str] = {}
    for line in _TABLE.strip().splitlines():
        hangul, latin, hanja = (tuple(part.split()) for part in line.split("|"))
        for one in hangul:
            forms[one] = tuple(dict.fromkeys((*forms.get(one, ()), *hangul)))
            spellings[one] = tuple(dict.fromkeys((*spellings.get(one, ()), *latin)))
        readings |= dict.fromkeys(hanja, hangul[0])
    return forms, spellings, readings


#: From a Hangul family name to every Hangul form of it, to its customary spellings; from Hanja to Hangul.
HANGUL_FORMS, SPELLINGS, READINGS = _read()
