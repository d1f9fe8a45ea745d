/* date_names: month names and abbreviations of the languages that feeds write dates in, lower case,
 * accents as written (they are dropped on both sides). Data only, included by date_words.c.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* clang-format off */
static const char *const month_names[][12] = {
	/* English */ { "january jan", "february feb febr", "march mar", "april apr apri", "may", "june jun", "july jul", "august aug", "september sep sept", "october oct", "november nov", "december dec" },
	/* Italian */ { "gennaio gen genn", "febbraio feb febb", "marzo mar mzo", "aprile apr", "maggio mag magg", "giugno giu", "luglio lug", "agosto ago", "settembre set sett", "ottobre ott", "novembre nov", "dicembre dic" },
	/* French */ { "janvier janv jan", "février févr fév", "mars", "avril avr", "mai", "juin", "juillet juil juill", "août aou", "septembre sept", "octobre oct", "novembre nov", "décembre déc" },
	/* Spanish */ { "enero ene", "febrero feb", "marzo mar", "abril abr", "mayo may", "junio jun", "julio jul", "agosto ago", "septiembre setiembre sep sept", "octubre oct", "noviembre nov", "diciembre dic" },
	/* Portuguese */ { "janeiro jan", "fevereiro fev", "março mar", "abril abr", "maio mai", "junho jun", "julho jul", "agosto ago", "setembro set", "outubro out", "novembro nov", "dezembro dez" },
	/* German */ { "januar jänner jan jän", "februar feber feb", "märz mär mrz", "april apr", "mai", "juni jun", "juli jul", "august aug", "september sep sept", "oktober okt", "november nov", "dezember dez" },
	/* Dutch */ { "januari jan", "februari feb", "maart mrt", "april apr", "mei", "juni jun", "juli jul", "augustus aug", "september sep", "oktober okt", "november nov", "december dec" },
	/* Danish, Norwegian */ { "januar jan", "februar feb", "marts mars", "april apr", "maj mai", "juni jun", "juli jul", "august aug", "september sep", "oktober okt", "november nov", "december desember des" },
	/* Swedish */ { "januari jan", "februari feb", "mars", "april apr", "maj", "juni jun", "juli jul", "augusti aug", "september sep", "oktober okt", "november nov", "december dec" },
	/* Finnish */ { "tammikuu tammikuuta tammi", "helmikuu helmikuuta helmi", "maaliskuu maaliskuuta maalis", "huhtikuu huhtikuuta huhti", "toukokuu toukokuuta touko", "kesäkuu kesäkuuta kesä", "heinäkuu heinäkuuta heinä", "elokuu elokuuta elo", "syyskuu syyskuuta syys", "lokakuu lokakuuta loka", "marraskuu marraskuuta marras", "joulukuu joulukuuta joulu" },
	/* Russian */ { "январь января янв", "февраль февраля фев февр", "март марта мар", "апрель апреля апр", "май мая", "июнь июня июн", "июль июля июл", "август августа авг", "сентябрь сентября сен сент", "октябрь октября окт", "ноябрь ноября ноя нояб", "декабрь декабря дек" },
	/* Ukrainian */ { "січень січня січ", "лютий лютого лют", "березень березня бер", "квітень квітня кві квіт", "травень травня тра трав", "червень червня чер черв", "липень липня лип", "серпень серпня сер серп", "вересень вересня вер", "жовтень жовтня жов жовт", "листопад листопада лис лист", "грудень грудня гру груд" },
	/* Bulgarian */ { "януари яну", "февруари", "март", "април", "май", "юни", "юли", "август", "септември сеп септ", "октомври", "ноември ное", "декември" },
	/* Serbian */ { "јануар јан", "фебруар феб", "март", "април", "мај", "јун", "јул", "август авг", "септембар", "октобар", "новембар нов", "децембар дец" },
	/* Polish, before Croatian: both say lis */ { "styczeń stycznia sty", "luty lutego lut", "marzec marca", "kwiecień kwietnia kwi", "maj maja", "czerwiec czerwca cze", "lipiec lipca lip", "sierpień sierpnia sie", "wrzesień września wrz", "październik października paź", "listopad listopada lis", "grudzień grudnia gru" },
	/* Croatian */ { "siječanj siječnja sij", "veljača veljače velj vel", "ožujak ožujka ožu", "travanj travnja tra", "svibanj svibnja svi", "lipanj lipnja lip", "srpanj srpnja srp", "kolovoz kolovoza kol", "rujan rujna ruj", "listopada lis", "studeni studenoga stu", "prosinac prosinca pro" },
	/* Serbian, Slovene, Latin */ { "januar", "februar", "mart marec", "april", "maj", "jun junij", "jul julij", "avgust avg", "septembar", "oktobar", "novembar", "decembar" },
	/* Czech */ { "leden ledna led", "únor února úno", "březen března bře", "duben dubna dub", "květen května kvě", "červen června čvn", "červenec července čvc", "srpen srpna", "září zář", "říjen října říj", "", "prosinec prosince" },
	/* Slovak */ { "január januára", "február februára", "marca", "apríl apríla", "máj mája", "jún júna", "júl júla", "augusta", "septembra", "október októbra", "novembra", "decembra" },
	/* Hungarian */ { "január", "február febr", "március márc", "április ápr", "május máj", "június jún", "július júl", "augusztus", "szeptember szept", "október", "november", "december" },
	/* Romanian */ { "ianuarie ian", "februarie", "martie", "aprilie", "mai", "iunie iun", "iulie iul", "august", "septembrie", "octombrie", "noiembrie noi", "decembrie" },
	/* Turkish */ { "ocak oca", "şubat şub", "mart", "nisan nis", "mayıs", "haziran haz", "temmuz tem", "ağustos ağu", "eylül eyl", "ekim eki", "kasım kas", "aralık ara" },
	/* Greek */ { "ιανουάριος ιανουαρίου ιαν", "φεβρουάριος φεβρουαρίου φεβ", "μάρτιος μαρτίου μάρ", "απρίλιος απριλίου απρ", "μάιος μαΐου μάι μαϊ", "ιούνιος ιουνίου ιούν ιον", "ιούλιος ιουλίου ιούλ ιολ", "αύγουστος αυγούστου αυγ αύγ", "σεπτέμβριος σεπτεμβρίου σεπ σεπτ", "οκτώβριος οκτωβρίου οκτ", "νοέμβριος νοεμβρίου νοέ νοεμ", "δεκέμβριος δεκεμβρίου δεκ" },
	/* Catalan */ { "gener", "febrer", "març", "d'abril", "maig", "juny", "juliol", "d'agost agost", "setembre", "d'octubre", "novembre", "desembre" },
	/* Indonesian, Malay */ { "januari", "februari", "maret mac", "april", "mei", "juni", "juli", "agustus agt ogos", "september", "oktober", "november nopember", "desember disember" },
	/* Hebrew */ { "ינואר", "פברואר", "מרץ", "אפריל", "מאי", "יוני", "יולי", "אוגוסט", "ספטמבר", "אוקטובר", "נובמבר", "דצמבר" },
	/* Arabic */ { "يناير", "فبراير", "مارس", "أبريل ابريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر" },
	/* Arabic, Levant */ { "كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران", "تموز", "آب", "أيلول", "", "", "" },
	/* Persian (Gregorian) */ { "ژانویه", "فوریه", "مارس", "آوریل", "مه", "ژوئن", "ژوئیه", "اوت", "سپتامبر", "اکتبر", "نوامبر", "دسامبر" },
	/* Hindi */ { "जनवरी", "फ़रवरी फरवरी", "मार्च", "अप्रैल", "मई", "जून", "जुलाई", "अगस्त", "सितंबर सितम्बर", "अक्टूबर", "नवंबर नवम्बर", "दिसंबर दिसम्बर" },
	/* Thai */ { "มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน", "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม" },
};
/* clang-format on */

/* Zones written as letters; minutes east of UTC. Those that several places use (CST, IST, BST) mean
 * what most feeds mean. */
static const struct {
	char name[6];
	short minutes;
} zone_names[] = {
	{"gmt", 0},    {"utc", 0},     {"ut", 0},      {"z", 0},      {"wet", 0},     {"west", 60},
	{"bst", 60},   {"cet", 60},    {"met", 60},    {"mez", 60},   {"wat", 60},    {"cest", 120},
	{"mest", 120}, {"mesz", 120},  {"eet", 120},   {"sast", 120}, {"cat", 120},   {"eest", 180},
	{"msk", 180},  {"eat", 180},   {"trt", 180},   {"idt", 180},  {"irst", 210},  {"msd", 240},
	{"gst", 240},  {"pkt", 300},   {"ist", 330},   {"npt", 345},  {"ict", 420},   {"wib", 420},
	{"hkt", 480},  {"sgt", 480},   {"pht", 480},   {"awst", 480}, {"wita", 480},  {"kst", 540},
	{"jst", 540},  {"acst", 570},  {"aest", 600},  {"acdt", 630}, {"aedt", 660},  {"nzst", 720},
	{"nzdt", 780}, {"brst", -120}, {"brt", -180},  {"art", -180}, {"clst", -180}, {"adt", -180},
	{"nst", -210}, {"ndt", -150},  {"ast", -240},  {"at", -240},  {"clt", -240},  {"edt", -240},
	{"est", -300}, {"et", -300},   {"cot", -300},  {"pet", -300}, {"cdt", -300},  {"cst", -360},
	{"ct", -360},  {"mdt", -360},  {"mst", -420},  {"mt", -420},  {"pdt", -420},  {"pst", -480},
	{"pt", -480},  {"akdt", -480}, {"akst", -540}, {"hst", -600},
};
