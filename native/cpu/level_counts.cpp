#include "level_counts.hpp"

namespace oncometry {

// Four tables side by side, so that equal neighbors do not wait for each other.
template <class Level>
std::vector<std::int64_t> level_counts(const Levels<Level>& levels) {
    const std::size_t width = std::size_t(1) << (8 * sizeof(Level)), size = levels.shape.size();
    std::vector<std::int64_t> tables(4 * width, 0);
    std::size_t v = 0;
    for (; v + 4 <= size; v += 4) {
        for (std::size_t t = 0; t < 4; ++t) ++tables[t * width + levels.data[v + t]];
    }
    for (; v < size; ++v) ++tables[levels.data[v]];
    std::vector<std::int64_t> counts(std::size_t(levels.count) + 1, 0);
    for (std::size_t level = 0; level < counts.size() && level < width; ++level) {
        for (std::size_t t = 0; t < 4; ++t) counts[level] += tables[t * width + level];
    }
    return counts;
}

template std::vector<std::int64_t> level_counts(const Levels<std::uint8_t>&);
template std::vector<std::int64_t> level_counts(const Levels<std::uint16_t>&);

}  // namespace oncometry
