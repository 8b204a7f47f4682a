#include "sql/seed/texts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace sql {
namespace {

constexpr std::string_view kCommonWords =
    "the of and to a in is it you that he was for on are with as his they be at one have this from "
    "or had by but some what "
    "there we can out other were all your when up use word how said an each she which do their "
    "time if will way about many "
    "then them would write like so these her long make thing see him two has look more day could "
    "go come did my sound no "
    "most number who over know water than call first people may down side been now find any new "
    "work part take get place "
    "made live where after back little only round man year came show every good me give our under "
    "name very through just "
    "form much great think say help low line before turn cause same mean differ move right boy old "
    "too does tell sentence "
    "set three want air well also play small end put home read hand port large spell add even land "
    "here must big high such "
    "follow act why ask men change went light kind off need house picture try us again animal "
    "point mother world near build "
    "self earth father head stand own page should country found answer school grow study still "
    "learn plant cover food sun "
    "four thought let keep eye never last door between city tree cross since hard start might "
    "story saw far sea draw left "
    "late run while press close night real life few stop open seem together next white children "
    "begin got walk example ease "
    "paper often always music those both mark book letter until mile river car feet care second "
    "group carry took rain eat "
    "room friend began idea fish mountain north once base hear horse cut sure watch color face "
    "wood main enough plain girl "
    "usual young ready above ever red list though feel talk bird soon body dog family direct pose "
    "leave song measure state "
    "product black short numeral class wind question happen complete ship area half rock order "
    "fire south problem piece told "
    "knew pass farm top whole king size heard best hour better true during hundred remember step "
    "early hold west ground "
    "interest reach fast five sing listen six table travel less morning ten simple several vowel "
    "toward war lay against "
    "pattern slow center love person money serve appear road map science rule govern pull cold "
    "notice voice fall power town "
    "fine certain fly unit lead cry dark machine note wait plan figure star box noun field rest "
    "correct able pound done "
    "beauty drive stood contain front teach week final gave green oh quick develop sleep warm free "
    "minute strong special "
    "mind behind clear tail produce fact street inch lot nothing course stay wheel full force blue "
    "object decide surface "
    "deep moon island foot yet busy test record boat common gold possible plane age dry wonder "
    "laugh thousand ago ran check "
    "game shape yes hot miss brought heat snow bed bring sit perhaps fill east weight language "
    "among coffee train weekend";

constexpr std::array<std::string_view, 28> kSyllables = {
    "ba", "ter", "mo", "rin", "sel", "ka",  "dor", "vi",  "len", "po",  "gra", "thu", "mi",  "ston",
    "fe", "ral", "cu", "ing", "de",  "nor", "pla", "wes", "ly",  "hor", "ti",  "en",  "sha", "run"};

constexpr std::array<std::string_view, 16> kOtherScripts = {
    "Доброе утро, мир", "Как дела сегодня?",   "今日は良い天気ですね", "東京に行きたい",
    "좋은 아침이에요",  "مرحبا بالعالم",       "שלום לכולם",           "Καλημέρα κόσμε",
    "नमस्ते दुनिया",       "สวัสดีชาวโลก",          "你好，世界",           "Żółć i gęś",
    "Ça va très bien",  "Grüße aus Straßburg", "İstanbul'da yağmur",   "Tiếng Việt"};

constexpr std::array<std::string_view, 12> kEmoji = {
    "😀", "🎉", "☕", "🌧️", "❤️", "👍🏽", "👩‍👩‍👧", "🇮🇹", "🚀", "🐈", "🍕", "✨"};

constexpr std::array<std::string_view, 8> kRareWords = {"xylophone", "quokka",  "zeugma", "syzygy",
                                                        "100%_sure", "Ωmega-7", "鑫鑫",   "🦤"};

constexpr size_t kVocabulary = 20000;
constexpr size_t kMaxCodePoints = 250;

// Cut to `limit` code points. A text's last emoji may lose a part: still valid UTF-8.
void Shorten(std::string& text, size_t limit) {
  size_t points = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) == 0x80) continue;
    if (points++ == limit) {
      text.resize(i);
      return;
    }
  }
}

}  // namespace

uint64_t Random::Next() {
  uint64_t z = (state_ += 0x9E3779B97F4A7C15);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

Texts::Texts(uint64_t seed) : seed_(seed) {
  for (size_t at = 0; at < kCommonWords.size();) {
    const size_t end = std::min(kCommonWords.find(' ', at), kCommonWords.size());
    words_.emplace_back(kCommonWords.substr(at, end - at));
    at = end + 1;
  }
  Random random(seed);
  while (words_.size() < kVocabulary) {
    std::string word;
    for (uint64_t i = 0, n = 2 + random.Below(3); i < n; ++i)
      word += kSyllables[random.Below(kSyllables.size())];
    words_.push_back(std::move(word));
  }
  double sum = 0;
  for (size_t i = 0; i < words_.size(); ++i)
    cumulated_.push_back(sum += 1.0 / (static_cast<double>(i) + 2.7));
}

const std::string& Texts::Word(Random& random) const {
  const double at = random.Fraction() * cumulated_.back();
  return words_[static_cast<size_t>(std::ranges::lower_bound(cumulated_, at) - cumulated_.begin())];
}

std::string Texts::Make(uint64_t index) const {
  Random random(seed_ ^ (index * 0xD1342543DE82EF95));
  random.Next();
  if (index % 1009 == 5) return std::string(kEmoji[random.Below(kEmoji.size())]);
  // Short ones are many, long ones few: about nine words on average.
  const auto words = static_cast<size_t>(1 - std::log(1 - random.Fraction()) * 8.5);
  std::string text;
  for (size_t i = 0; i < std::min<size_t>(words, 60); ++i) {
    if (i > 0) text += random.Below(12) == 0 ? ", " : " ";
    text += Word(random);
  }
  text[0] = static_cast<char>(text[0] - 'a' + 'A');
  constexpr std::array<std::string_view, 8> kEnds = {".", ".", "!", "?", "", "", "", "..."};
  text += kEnds[random.Below(kEnds.size())];
  if (random.Below(50) == 0)
    text.append(" ").append(kOtherScripts[random.Below(kOtherScripts.size())]);
  if (random.Below(25) == 0) text.append(" ").append(kEmoji[random.Below(kEmoji.size())]);
  if (random.Below(200) == 0) text += "\nP.S. " + Word(random);
  if (index % 100003 == 7)
    text = std::string(kRareWords[(index / 100003) % kRareWords.size()]) + " " + text;
  Shorten(text, kMaxCodePoints);
  return text;
}

}  // namespace sql
