#include "engine/sink/random_names.h"

#include <cstdint>
#include <random>

namespace redshift {

std::string RandomUuid() {
  static constexpr char kHex[] = "0123456789abcdef";
  std::random_device random;
  std::uniform_int_distribution<int> digit(0, 15);
  std::string uuid = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
  for (char& c : uuid) {
    if (c == 'x') c = kHex[digit(random)];
    if (c == 'y') c = kHex[8 + digit(random) % 4];
  }
  return uuid;
}

std::string RandomName(size_t length) {
  static constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::random_device random;
  std::uniform_int_distribution<int> letter(0, 51);
  std::uniform_int_distribution<int> any(0, 61);
  std::string name;
  for (size_t i = 0; i < length; ++i) name += kAlphabet[i == 0 ? letter(random) : any(random)];
  return name;
}

}  // namespace redshift
