#include "functions/shared/front/words.h"

#include <array>

namespace front {
namespace {

constexpr std::array kWords = {
    Words{403, "That is not allowed", "Your account may not do this."},
    Words{404, "Nothing is here", "It may have been deleted, or the address may be mistyped."},
    Words{405, "That does not work here", "This page cannot be asked for in this way."},
    Words{409, "Somebody was faster", "What you changed was changed by somebody else meanwhile."},
    Words{413, "That is too much",
          "The text is longer than can be sent. Please go back and shorten it."},
    Words{414, "That address is too long", "Please go back and shorten what you look for."},
    Words{429, "Not so fast",
          "Too many requests came from your network. Please wait a little and try again."},
    Words{431, "That is too much",
          "Your browser sent more than can be read. Deleting this site's cookies helps."},
    Words{500, "That went wrong", "It is our mistake. Please try again in a little while."},
    Words{502, "We will be right back",
          "The service does not answer at the moment. Please try again."},
    Words{503, "We will be right back",
          "The service does not answer at the moment. Please try again."},
    Words{504, "That took too long", "The service is slow at the moment. Please try again."},
};

}  // namespace

Words WordsFor(int status) {
  for (const auto& words : kWords) {
    if (words.status == status) return words;
  }
  return {status, "That did not work", "Please go back and try again."};
}

}  // namespace front
