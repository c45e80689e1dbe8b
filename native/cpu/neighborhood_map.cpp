// Dependences and tone differences in every voxel's window.
#include <cstdlib>

#include "neighborhoods.hpp"
#include "windows.hpp"

namespace oncometry {
namespace {

// Looks at the neighbors of one window's voxels at a time; memory of one job. Sum holds a neighbor's level as often as
// there are neighbors: where that is 16 bits, twice as many fit an instruction.
template <class Sum>
class NeighborCounter {
public:
    explicit NeighborCounter(const NeighborhoodRule& rule) : rule_(rule), columns_(rule.steps.size() + 1) {}

    const CountMatrix& dependences(const Window& window) {
        take(window);
        const Sum alpha = Sum(rule_.alpha);
        sum_over_neighbors(found_, [alpha](Sum own, Sum other) {
            const Sum difference = own > other ? Sum(own - other) : Sum(other - own);
            return Sum((difference <= alpha) & (other != 0));
        });
        counts_.assign(window.levels().size() * columns_, 0);
        matrix_.voxels = std::int64_t(window.inside().size());
        for (const std::uint32_t v : window.inside()) {
            ++counts_[(window.data()[v] - 1u) * columns_ + found_[v - first_]];
        }
        matrix_.cells.clear();
        for (std::size_t c = 0; c < counts_.size(); ++c) {
            if (counts_[c] == 0) continue;
            matrix_.cells.push_back({window.levels()[c / columns_], std::uint32_t(c % columns_ + 1), counts_[c]});
        }
        return matrix_;
    }

    const std::vector<ToneDifference>& tones(const Window& window) {
        take(window);
        sum_over_neighbors(found_, [](Sum, Sum other) { return Sum(other != 0); });
        sum_over_neighbors(sums_, [](Sum, Sum other) { return other; });
        counts_.assign(window.levels().size() * columns_, 0);
        differences_.assign(counts_.size(), 0);
        for (const std::uint32_t v : window.inside()) {
            const std::int64_t neighbors = found_[v - first_];
            const std::size_t cell = (window.data()[v] - 1u) * columns_ + std::size_t(neighbors);
            ++counts_[cell];
            differences_[cell] += std::abs(levels_[v] * neighbors - std::int64_t(sums_[v - first_]));
        }
        rows_.clear();
        for (std::size_t n = 0; n < window.levels().size(); ++n) add_row(window.levels()[n], n * columns_);
        return rows_;
    }

private:
    // The window's levels themselves; what can be inside lies between the first and the last voxel off the border.
    void take(const Window& window) {
        const Shape& s = window.shape();
        const std::size_t border = std::size_t(window.border());
        first_ = (border * s.j + border) * s.i + border;
        levels_.resize(s.size());
        std::fill(levels_.begin(), levels_.end(), Sum(0));
        for (const std::uint32_t v : window.inside()) levels_[v] = Sum(window.levels()[window.data()[v] - 1u]);
        offsets_.clear();
        for (const NeighborStep& step : rule_.steps) {
            offsets_.push_back((std::ptrdiff_t(step.k) * s.j + step.j) * s.i + step.i);
        }
        found_.resize(s.size() - 2 * first_);
    }

    // One loop a step, so that the compiler does many voxels at once.
    template <class Term>
    void sum_over_neighbors(std::vector<Sum>& sums, const Term& term) {
        sums.assign(found_.size(), 0);
        const Sum* here = levels_.data() + first_;
        Sum* __restrict to = sums.data();
        for (const std::ptrdiff_t offset : offsets_) {
            const Sum* other = here + offset;
            for (std::size_t v = 0; v < sums.size(); ++v) to[v] = Sum(to[v] + term(here[v], other[v]));
        }
    }

    void add_row(std::uint32_t level, std::size_t begin) {
        ToneDifference row{level, rule_.lone ? counts_[begin] : 0, 0.0};
        for (std::size_t n = 1; n < columns_; ++n) {
            row.count += counts_[begin + n];
            row.difference += double(differences_[begin + n]) / double(n);
        }
        if (row.count != 0) rows_.push_back(row);
    }

    const NeighborhoodRule& rule_;
    std::size_t columns_, first_ = 0;
    std::vector<std::ptrdiff_t> offsets_;
    std::vector<Sum> levels_, found_, sums_;
    std::vector<std::int64_t> counts_, differences_;  // by level and number of neighbors
    CountMatrix matrix_;
    std::vector<ToneDifference> rows_;
};

template <class Sum, class Level>
void map_neighbors(const Levels<Level>& levels, const NeighborhoodRule& rule, bool tones, const Radii& radii,
                   double* out, const std::uint8_t* centers) {
    using Counter = NeighborCounter<Sum>;
    const auto map = [&](std::size_t features, const auto& of_window) {
        const auto make = [&] {
            return [&, counter = Counter(rule)](const Window& window, std::size_t) mutable {
                return of_window(counter, window);
            };
        };
        map_windows(levels, centers, radii, rule.border, rule.threads, features, make, out);
    };
    if (tones) {
        map(kToneFeatures, [](Counter& c, const Window& w) { return tone_features(c.tones(w)); });
    } else {
        map(kCountFeatures, [](Counter& c, const Window& w) { return count_features(c.dependences(w)); });
    }
}

}  // namespace

template <class Level>
void neighborhood_map(const Levels<Level>& levels, const NeighborhoodRule& rule, bool tones, const Radii& radii,
                      double* out, const std::uint8_t* centers) {
    if (rule.steps.size() * std::size_t(levels.count) <= 65535) {
        map_neighbors<std::uint16_t>(levels, rule, tones, radii, out, centers);
    } else {
        map_neighbors<std::uint32_t>(levels, rule, tones, radii, out, centers);
    }
}

template void neighborhood_map(const Levels<std::uint8_t>&, const NeighborhoodRule&, bool, const Radii&, double*,
                               const std::uint8_t*);
template void neighborhood_map(const Levels<std::uint16_t>&, const NeighborhoodRule&, bool, const Radii&, double*,
                               const std::uint8_t*);

}  // namespace oncometry
