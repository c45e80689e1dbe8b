// Values are counted in buckets of equal width; only in buckets that hold a rank are they compared.
#include <algorithm>
#include <cstdint>

#include "statistics.hpp"

namespace oncometry {
namespace {

constexpr std::size_t kBuckets = 4096, kTables = 4;
constexpr std::size_t kFew = 1024;  // values that are sorted before as many buckets are emptied

// In tables side by side, so that equal neighbors do not wait for each other.
template <class BucketOf>
std::vector<std::size_t> count_buckets(const double* values, std::size_t count, BucketOf bucket_of) {
    std::vector<std::size_t> tables(kTables * kBuckets, 0);
    std::size_t v = 0;
    for (; v + kTables <= count; v += kTables) {
        for (std::size_t t = 0; t < kTables; ++t) ++tables[t * kBuckets + bucket_of(values[v + t])];
    }
    for (; v < count; ++v) ++tables[bucket_of(values[v])];
    for (std::size_t b = 0; b < kBuckets; ++b) {
        for (std::size_t t = 1; t < kTables; ++t) tables[b] += tables[t * kBuckets + b];
    }
    tables.resize(kBuckets);
    return tables;
}

std::vector<double> of_few(const double* values, std::size_t count, const std::vector<std::size_t>& ranks) {
    std::vector<double> sorted(values, values + count), found;
    std::sort(sorted.begin(), sorted.end());
    for (const std::size_t rank : ranks) found.push_back(sorted[rank]);
    return found;
}

}  // namespace

std::vector<double> at_ranks(const double* values, std::size_t count, const std::vector<std::size_t>& ranks,
                             double minimum, double maximum) {
    if (!(minimum < maximum)) return std::vector<double>(ranks.size(), minimum);
    if (count <= kFew) return of_few(values, count, ranks);
    const double scale = double(kBuckets - 1) / (maximum - minimum);
    const auto bucket_of = [&](double value) {  // the last one where the difference is more than a double holds
        const double place = (value - minimum) * scale;
        return std::size_t(place < double(kBuckets - 1) ? int(place) : int(kBuckets - 1));
    };
    std::vector<std::size_t> ends = count_buckets(values, count, bucket_of);
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
    std::vector<double> found;
    for (std::size_t r = 0; r < ranks.size(); ++r) {
        std::vector<double>& members = held[buckets[r]];
        const auto place = members.begin() + std::ptrdiff_t(ranks[r] - (ends[buckets[r]] - members.size()));
        std::nth_element(members.begin(), place, members.end());
        found.push_back(*place);
    }
    return found;
}

}  // namespace oncometry
