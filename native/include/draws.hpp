// Random whole numbers, the same from one seed on every machine.
#pragma once

#include <cstddef>
#include <cstdint>

namespace oncometry {

// splitmix64 (Steele, Lea and Flood, doi:10.1145/2660193.2660195).
class Draws {
  public:
    explicit Draws(std::uint64_t seed) : state_(seed) {}
    std::size_t below(std::size_t count) { return std::size_t(((next() >> 32) * std::uint64_t(count)) >> 32); }

  private:
    std::uint64_t next() {
        std::uint64_t z = state_ += 0x9E3779B97F4A7C15ULL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31);
    }
    std::uint64_t state_;
};

}  // namespace oncometry
