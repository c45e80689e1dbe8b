#include "restore.hpp"

#include <algorithm>
#include <limits>

#include "parallel.hpp"
#include "score_rows.hpp"

namespace oncometry {
namespace {

// What a tile needs of the scores, interpolated along i, then stays in a processor's own memory.
constexpr int kPlanes = 8, kRowsOfTile = 16;

std::size_t place_of(const Row& row, Shape target) {
    return (std::size_t(row.k) * target.j + std::size_t(row.j)) * target.i + std::size_t(row.begin);
}

// One of two without a branch, which vector units of any age have.
inline std::int32_t either(bool first, std::int32_t one, std::int32_t other) {
    const std::int32_t mask = -std::int32_t(first);
    return (one & mask) | (other & ~mask);
}

// Decide about a row, channel by channel. Labels are held in the width of the scores, as vector units want them.
class HighestScore {
  public:
    HighestScore(Shape target, std::uint8_t* labels)
        : target_(target), labels_(labels), best_(std::size_t(target.i)), label_(std::size_t(target.i)) {}

    void begin(const Row& row) {
        std::fill_n(best_.begin(), row.count, -std::numeric_limits<float>::infinity());
        std::fill_n(label_.begin(), row.count, 0);
    }
    void take(const Row& row, int channel, const float* values) {
        float* best = best_.data();
        std::int32_t* label = label_.data();
        for (int n = 0; n < row.count; ++n) {
            label[n] = either(values[n] > best[n], channel, label[n]);
            best[n] = values[n] > best[n] ? values[n] : best[n];
        }
    }
    void end(const Row& row) const {
        std::uint8_t* out = labels_ + place_of(row, target_);
        for (int n = 0; n < row.count; ++n) out[n] = std::uint8_t(label_[std::size_t(n)]);
    }

  private:
    Shape target_;
    std::uint8_t* labels_;
    std::vector<float> best_;
    std::vector<std::int32_t> label_;
};

class InnermostRegion {
  public:
    InnermostRegion(Shape target, const std::vector<RegionRule>& rules, std::uint8_t* labels, float* probabilities)
        : target_(target), rules_(rules), labels_(labels), probabilities_(probabilities),
          label_(std::size_t(target.i)) {}

    void begin(const Row& row) { std::fill_n(label_.begin(), row.count, 0); }
    void take(const Row& row, int channel, const float* values) {
        const auto [above, given] = rules_[std::size_t(channel)];
        const std::int32_t own = given;
        std::int32_t* label = label_.data();
        float* out = probabilities_ + std::size_t(channel) * target_.size() + place_of(row, target_);
        for (int n = 0; n < row.count; ++n) label[n] = either(values[n] > above, own, label[n]);
        for (int n = 0; n < row.count; ++n) out[n] = bounded(values[n]);
        for (int n = 0; n < row.count; ++n) out[n] = probability_of(out[n]);
    }
    void end(const Row& row) const {
        std::uint8_t* out = labels_ + place_of(row, target_);
        for (int n = 0; n < row.count; ++n) out[n] = std::uint8_t(label_[std::size_t(n)]);
    }

  private:
    Shape target_;
    const std::vector<RegionRule>& rules_;
    std::uint8_t* labels_;
    float* probabilities_;
    std::vector<std::int32_t> label_;
};

template <class Rows, class Rule>
void restore_tile(Rows& rows, Rule& rule, const Tile& tile, int channels, float* values) {
    rows.open(tile);
    for (int k = tile.k0; k < tile.k1; ++k) {
        for (int j = tile.j0; j < tile.j1; ++j) {
            const Row row = rows.begin(k, j);
            if (row.count == 0) continue;
            rule.begin(row);
            for (int channel = 0; channel < channels; ++channel) {
                rows.values(channel, values);
                rule.take(row, channel, values);
            }
            rule.end(row);
        }
    }
}

// Each job takes planes of its own, and has its own rows and rule.
template <class Rows, class Rule>
void restore_all(const Rows& rows, const Rule& rule, Shape target, int channels, int threads) {
    run_jobs((target.k + kPlanes - 1) / kPlanes, threads, [&](int job) {
        Rows own = rows;
        Rule decided = rule;
        std::vector<float> values(std::size_t(target.i));
        const int k0 = job * kPlanes, k1 = std::min(target.k, k0 + kPlanes);
        for (int j0 = 0; j0 < target.j; j0 += kRowsOfTile) {
            const Tile tile{k0, k1, j0, std::min(target.j, j0 + kRowsOfTile)};
            restore_tile(own, decided, tile, channels, values.data());
        }
    });
}

template <class T, class Rule>
void restore(const Scores<T>& scores, const Mapping& mapping, Shape target, const Rule& rule, int threads) {
    int axes[3];
    if (axes_of(mapping, target, axes)) {
        restore_all(AlignedRows<T>(scores, mapping, target, axes), rule, target, scores.channels, threads);
    } else {
        restore_all(ObliqueRows<T>(scores, mapping, target), rule, target, scores.channels, threads);
    }
}

}  // namespace

template <class T>
void restore_classes(const Scores<T>& scores, const Mapping& mapping, Shape target, std::uint8_t* labels, int threads) {
    restore(scores, mapping, target, HighestScore(target, labels), threads);
}

template <class T>
void restore_regions(const Scores<T>& logits, const Mapping& mapping, Shape target,
                     const std::vector<RegionRule>& rules, std::uint8_t* labels, float* probabilities, int threads) {
    restore(logits, mapping, target, InnermostRegion(target, rules, labels, probabilities), threads);
}

template void restore_classes(const Scores<float>&, const Mapping&, Shape, std::uint8_t*, int);
template void restore_classes(const Scores<Half>&, const Mapping&, Shape, std::uint8_t*, int);
template void restore_regions(const Scores<float>&, const Mapping&, Shape, const std::vector<RegionRule>&,
                              std::uint8_t*, float*, int);
template void restore_regions(const Scores<Half>&, const Mapping&, Shape, const std::vector<RegionRule>&, std::uint8_t*,
                              float*, int);

}  // namespace oncometry
