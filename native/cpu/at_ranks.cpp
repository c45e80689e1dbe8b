// Values are counted in buckets of equal width; only buckets that hold a rank are sorted.
#include <algorithm>
#include <cstdint>

#include "statistics.hpp"

namespace oncometry {
namespace {

constexpr std::size_t kBuckets = 4096;

}  // namespace

std::vector<double> at_ranks(const double* values, std::size_t count, const std::vector<std::size_t>& ranks,
                             double minimum, double maximum) {
    if (!(minimum < maximum)) return std::vector<double>(ranks.size(), minimum);
    const double scale = double(kBuckets - 1) / (maximum - minimum);
    const auto bucket_of = [&](double value) {  // the last one where the difference is more than a double holds
        const double place = (value - minimum) * scale;
        return place < double(kBuckets - 1) ? std::size_t(place) : kBuckets - 1;
    };
    std::vector<std::size_t> ends(kBuckets, 0);
    for (std::size_t v = 0; v < count; ++v) ++ends[bucket_of(values[v])];
    for (std::size_t b = 1; b < kBuckets; ++b) ends[b] += ends[b - 1];
    std::vector<std::uint8_t> wanted(kBuckets, 0);
    std::vector<std::size_t> buckets;
    for (const std::size_t rank : ranks) {
        buckets.push_back(std::size_t(std::upper_bound(ends.begin(), ends.end(), rank) - ends.begin()));
        wanted[buckets.back()] = 1;
    }
    std::vector<std::vector<double>> held(kBuckets);
    for (std::size_t v = 0; v < count; ++v) {
        const std::size_t bucket = bucket_of(values[v]);
        if (wanted[bucket]) held[bucket].push_back(values[v]);
    }
    for (std::vector<double>& members : held) std::sort(members.begin(), members.end());
    std::vector<double> found;
    for (std::size_t r = 0; r < ranks.size(); ++r) {
        const std::size_t before = buckets[r] == 0 ? 0 : ends[buckets[r] - 1];
        found.push_back(held[buckets[r]][ranks[r] - before]);
    }
    return found;
}

}  // namespace oncometry
