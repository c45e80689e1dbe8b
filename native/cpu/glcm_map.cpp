// Co-occurrence around every voxel: the table of pairs is as small as the window's levels are few, and is emptied by
// the list of its cells.
#include <cstdlib>

#include "directional.hpp"
#include "glcm.hpp"
#include "windows.hpp"

namespace oncometry {
namespace {

// Counts the pairs of one window at a time; memory of one job.
class PairCounter {
public:
    // Pairs of voxels a step apart, both in the window, each counted as `weight`. The window's border is as wide as the
    // step is long.
    void count(const Window& window, Direction d, double weight, bool symmetric) {
        const Shape& s = window.shape();
        size_ = window.levels().size();
        table_.resize(std::max(table_.size(), size_ * size_));
        const std::ptrdiff_t step = (std::ptrdiff_t(d.k) * s.j + d.j) * s.i + d.i;
        for (const std::uint32_t voxel : window.inside()) {
            const Number here = window.data()[voxel], there = window.data()[voxel + step];
            if (there != 0) add(here - 1u, there - 1u, weight, symmetric);
        }
    }

    // What was counted, in the order in which it was met; counting then starts anew.
    void empty_into(const Window& window, Cells& cells) {
        cells.clear();
        for (const std::size_t cell : met_) {
            const std::uint32_t row = window.levels()[cell / size_], column = window.levels()[cell % size_];
            cells.push_back({std::int32_t(row), std::int32_t(column), table_[cell]});
            table_[cell] = 0.0;
        }
        met_.clear();
    }

private:
    void add(std::size_t a, std::size_t b, double weight, bool symmetric) {
        if (symmetric && a > b) std::swap(a, b);
        const std::size_t cell = a * size_ + b;
        if (table_[cell] == 0.0) met_.push_back(cell);
        table_[cell] += weight;
    }

    std::size_t size_ = 0;
    std::vector<double> table_;
    std::vector<std::size_t> met_;
};

// Memory of one job.
struct Scratch {
    PairCounter pairs;
    GlcmMarginals marginals;
    Cells cells;
    std::vector<std::vector<double>> rows;
};

std::vector<double> features_of(const Window& window, const Plan& plan, const GlcmRule& rule, int features,
                                Scratch& scratch) {
    const auto evaluate = [&] {
        scratch.pairs.empty_into(window, scratch.cells);
        scratch.rows.push_back(glcm_features(scratch.cells, rule, scratch.marginals));
    };
    scratch.rows.clear();
    for (std::size_t d = 0; d < plan.directions.size(); ++d) {
        scratch.pairs.count(window, plan.directions[d], plan.merge ? plan.weights[d] : 1.0, rule.symmetric);
        if (!plan.merge) evaluate();
    }
    if (plan.merge) evaluate();
    return mean_of_rows(scratch.rows, features);
}

}  // namespace

template <class Level>
void glcm_map(const Levels<Level>& levels, const Plan& plan, const GlcmRule& given, const Radii& radii, double* out,
              const std::uint8_t* centers) {
    const int features = kGlcmFeatures + given.pyradiomics;
    GlcmRule rule = given;
    rule.single_level = has_single_level(levels);
    const auto make = [&] {
        return [&, scratch = Scratch{}](const Window& window, std::size_t) mutable {
            return features_of(window, plan, rule, features, scratch);
        };
    };
    int border = 1;
    for (const Direction& d : plan.directions) border = std::max({border, d.k, std::abs(d.j), std::abs(d.i)});
    map_windows(levels, centers, radii, border, plan.threads, std::size_t(features), make, out);
}

template void glcm_map(const Levels<std::uint8_t>&, const Plan&, const GlcmRule&, const Radii&, double*,
                       const std::uint8_t*);
template void glcm_map(const Levels<std::uint16_t>&, const Plan&, const GlcmRule&, const Radii&, double*,
                       const std::uint8_t*);

}  // namespace oncometry
