// The twin of cpu/glcm_map.cpp: co-occurrence in one window, by a team.
#pragma once

#include <cmath>

#include "glcm.hpp"
#include "lanczos.hpp"

namespace oncometry::cuda {

ONCOMETRY_LANE double surprise_of(double p) { return p > 0.0 ? -p * std::log2(p) : 0.0; }

// Of sums or of differences of levels, whose keys are sorted; masses: as many, to work with. What alone is there has
// a probability of exactly 1, for the total is added up of the same masses.
ONCOMETRY_LANE double entropy_of(const Team& team, double* sums, const Key* keys, int count, const double* weights,
                                 double* masses) {
    double total = 0.0, entropy = 0.0;
    for (int at = team.lane; at < count; at += team.lanes) {
        masses[at] = mass_at(keys, count, at, weights);
        total += masses[at];
    }
    total = add_up(team, sums, total);
    for (int at = team.lane; at < count; at += team.lanes) entropy += surprise_of(masses[at] / total);
    return add_up(team, sums, entropy);
}

struct GlcmMemory {
    ONCOMETRY_ANYWHERE GlcmMemory(Arena& arena, const Radii& radii, int lanes, int most_keys, bool symmetric)
        : window(arena, radii), sums(take_sums(arena, lanes)), rows(arena, radii, most_keys),
          columns(symmetric ? rows : PairRows(arena, radii, most_keys)),
          row(arena.take<double>(most_voxels(radii))),
          column(symmetric ? row : arena.take<double>(most_voxels(radii))), lanczos(arena, radii),
          values(arena.take<double>(kGlcmFeatures + 1)), means(arena.take<double>(kGlcmFeatures + 1)),
          defined(arena.take<int>(kGlcmFeatures + 1)) {}
    WindowMemory window;
    double* sums;
    PairRows rows, columns;  // of masses; the columns of a symmetric matrix are its rows
    double *row, *column;    // probabilities of the ranks
    LanczosMemory lanczos;
    double *values, *means;  // of one matrix, and sums over all
    int* defined;            // matrices that define a feature
};

// Sums over the cells of a matrix: of p times what is named; then of powers of distances from a mean.
enum CellSum {
    kEntropyOfPairs, kDifference, kSum, kSquares, kContrast, kInverse, kInverseNormalized, kMoment, kMomentNormalized,
    kInverseVariance, kProduct, kCellSums
};
enum CentralSum { kDifferenceSquared, kSumSquared, kSumCubed, kSumFourth, kCovariance, kCentralSums };

// One matrix of a window. All its functions are called by every lane.
class GlcmOfWindow {
  public:
    ONCOMETRY_LANE GlcmOfWindow(const Team& team, const WindowSource& source, const GlcmRule& rule,
                                const Window& window, Directions along, const double* weights, GlcmMemory& memory)
        : team_(team), source_(source), rule_(rule), window_(window), along_(along), weights_(weights), m_(memory) {}

    // Into memory.values; false without a pair.
    ONCOMETRY_LANE bool evaluate() {
        const std::uint16_t* level = window_.levels;
        const auto sum = [level](int a, int b, int d) { return key_of(0, level[a] + level[b], d); };
        const auto difference = [level](int a, int b, int d) {
            return key_of(0, level[a] > level[b] ? level[a] - level[b] : level[b] - level[a], d);
        };
        int pairs = collect(m_.rows.keys, sum);
        if (pairs == 0) return false;
        const double sum_entropy = entropy_of(team_, m_.sums, m_.rows.keys, pairs, weights_, m_.rows.values);
        pairs = collect(m_.rows.keys, difference);
        const double difference_entropy = entropy_of(team_, m_.sums, m_.rows.keys, pairs, weights_, m_.rows.values);
        take_rows();
        row_ = moments_of(m_.row);
        column_ = rule_.symmetric ? row_ : moments_of(m_.column);
        add_up_cells();
        add_up_cells_about_means();
        const double correlation = rule_.pyradiomics ? maximal_correlation() : 0.0;
        if (team_.lane == 0) list_values(sum_entropy, difference_entropy, correlation);
        return true;
    }

  private:
    template <class MakeKey>
    ONCOMETRY_LANE int collect(Key* keys, const MakeKey& key) const {
        return collect_pairs(team_, source_, window_, along_, keys, key);
    }

    // Probabilities of cells and marginals.
    ONCOMETRY_LANE void take_rows() {
        if (rule_.symmetric) {
            m_.rows.count = collect_both(m_.rows.keys);
            fill(m_.rows, m_.row);
            m_.columns = m_.rows;
            return;
        }
        m_.rows.count = collect(m_.rows.keys, [](int a, int b, int d) { return key_of(a, b, d); });
        fill(m_.rows, m_.row);
        m_.columns.count = collect(m_.columns.keys, [](int a, int b, int d) { return key_of(b, a, d); });
        fill(m_.columns, m_.column);
    }
    // Each pair in both orders.
    ONCOMETRY_LANE int collect_both(Key* keys) const {
        int count = 0;
        for (int d = along_.begin; d < along_.end; ++d) {
            const auto take = [&](int pair, std::uint16_t a, std::uint16_t b) {
                keys[count + 2 * pair] = a == kOutside ? kNone : key_of(a, b, d);
                keys[count + 2 * pair + 1] = a == kOutside ? kNone : key_of(b, a, d);
            };
            count += 2 * for_pairs(team_, window_, source_.directions[d], take);
        }
        return sort_keys(team_, keys, count);
    }
    // A level that alone is there has a probability of exactly 1, on which it hangs whether a formula is 0 / 0.
    ONCOMETRY_LANE void fill(PairRows& rows, double* marginal) const {
        rows.index(team_, window_, weights_);
        double total = 0.0;
        for (int at = team_.lane; at < rows.count; at += team_.lanes) total += rows.values[at];
        total = add_up(team_, m_.sums, total);
        for (int at = team_.lane; at < rows.count; at += team_.lanes) rows.values[at] /= total;
        team_.sync();
        const bool alone = first_of(rows.keys[0]) == first_of(rows.keys[rows.count - 1]);
        for (int r = team_.lane; r < window_.rank_count; r += team_.lanes) {
            marginal[r] = alone ? double(r == first_of(rows.keys[0])) : rows.row_sum(r);
        }
        team_.sync();
    }

    struct Moments {
        double mean, variance, entropy;
    };
    ONCOMETRY_LANE Moments moments_of(const double* marginal) const {
        double sums[2] = {0.0, 0.0}, variance = 0.0;
        for (int r = team_.lane; r < window_.rank_count; r += team_.lanes) {
            sums[0] += window_.levels[r] * marginal[r];
            sums[1] += surprise_of(marginal[r]);
        }
        add_up(team_, m_.sums, sums);
        for (int r = team_.lane; r < window_.rank_count; r += team_.lanes) {
            const double distance = window_.levels[r] - sums[0];
            variance += distance * distance * marginal[r];
        }
        return {sums[0], add_up(team_, m_.sums, variance), sums[1]};
    }

    // Calls take(p, i, j) of the team's cells, a lane its share.
    template <class Take>
    ONCOMETRY_LANE void for_cells(const Take& take) const {
        for (int at = team_.lane; at < m_.rows.count; at += team_.lanes) {
            const double p = m_.rows.values[at];
            if (p == 0.0) continue;
            take(p, double(window_.levels[first_of(m_.rows.keys[at])]),
                 double(window_.levels[second_of(m_.rows.keys[at])]));
        }
    }

    ONCOMETRY_LANE void add_up_cells() {
        double most = 0.0;
        for_cells([&](double p, double i, double j) {
            const double k = std::fabs(i - j), square = k * k, part = k / double(rule_.levels);
            most = most > p ? most : p;
            sums_[kEntropyOfPairs] += surprise_of(p);
            sums_[kDifference] += k * p;
            sums_[kSum] += (i + j) * p;
            sums_[kSquares] += p * p;
            sums_[kContrast] += square * p;
            sums_[kInverse] += p / (1.0 + k);
            sums_[kInverseNormalized] += p / (1.0 + part);
            sums_[kMoment] += p / (1.0 + square);
            sums_[kMomentNormalized] += p / (1.0 + part * part);
            sums_[kInverseVariance] += k > 0.0 ? p / square : 0.0;
            sums_[kProduct] += i * j * p;
        });
        add_up(team_, m_.sums, sums_);
        maximum_ = maximum_of(most);
    }

    ONCOMETRY_LANE void add_up_cells_about_means() {
        for_cells([&](double p, double i, double j) {
            const double sum = i + j - sums_[kSum], difference = std::fabs(i - j) - sums_[kDifference];
            central_[kDifferenceSquared] += difference * difference * p;
            central_[kSumSquared] += sum * sum * p;
            central_[kSumCubed] += sum * sum * sum * p;
            central_[kSumFourth] += sum * sum * sum * sum * p;
            central_[kCovariance] += (i - row_.mean) * (j - column_.mean) * p;
        });
        add_up(team_, m_.sums, central_);
    }

    ONCOMETRY_LANE double maximum_of(double mine) const {
        m_.sums[team_.lane] = mine;
        team_.sync();
        double most = 0.0;
        for (int lane = 0; lane < team_.lanes; ++lane) most = most > m_.sums[lane] ? most : m_.sums[lane];
        team_.sync();
        return most;
    }

    // In the order of the table in features/glcm.py, as in glcm_features of the CPU.
    ONCOMETRY_LANE void list_values(double sum_entropy, double difference_entropy, double correlation) const {
        const double* s = sums_;
        const double* c = central_;
        const double spread = std::sqrt(row_.variance * column_.variance);
        const double shared = row_.entropy + column_.entropy - s[kEntropyOfPairs], mutual = shared > 0.0 ? shared : 0.0;
        const double entropy = row_.entropy > column_.entropy ? row_.entropy : column_.entropy;
        const double values[kGlcmFeatures + 1] = {
            maximum_, row_.mean, row_.variance, s[kEntropyOfPairs],
            s[kDifference], c[kDifferenceSquared], difference_entropy,
            s[kSum], c[kSumSquared], sum_entropy,
            s[kSquares], s[kContrast], s[kDifference],
            s[kInverse], s[kInverseNormalized], s[kMoment], s[kMomentNormalized], s[kInverseVariance],
            spread == 0.0 ? (rule_.pyradiomics ? 1.0 : kNothing) : c[kCovariance] / spread, s[kProduct],
            c[kSumSquared], c[kSumCubed], c[kSumFourth],
            entropy == 0.0 ? (rule_.pyradiomics ? 0.0 : kNothing) : -mutual / entropy,
            std::sqrt(1.0 - std::exp(-2.0 * mutual)), correlation};
        for (int f = 0; f < kGlcmFeatures + rule_.pyradiomics; ++f) m_.values[f] = values[f];
    }

    // After all else, for probabilities give way to what they are divided by.
    ONCOMETRY_LANE double maximal_correlation() const {
        if (rule_.single_level) return 1.0;
        take_roots(m_.row);
        if (!rule_.symmetric) take_roots(m_.column);
        team_.sync();
        divide_by_roots(m_.rows, m_.row, m_.column);
        if (!rule_.symmetric) divide_by_roots(m_.columns, m_.column, m_.row);
        team_.sync();
        const Lanczos lanczos(team_, m_.sums, m_.rows, m_.columns, m_.row, window_.rank_count, m_.lanczos);
        const double eigenvalue = lanczos.second_eigenvalue();
        return std::sqrt(eigenvalue > 1.0 ? 1.0 : eigenvalue > 0.0 ? eigenvalue : 0.0);
    }
    ONCOMETRY_LANE void take_roots(double* marginal) const {
        for (int r = team_.lane; r < window_.rank_count; r += team_.lanes) marginal[r] = std::sqrt(marginal[r]);
    }
    ONCOMETRY_LANE void divide_by_roots(const PairRows& rows, const double* row, const double* column) const {
        for (int at = team_.lane; at < rows.count; at += team_.lanes) {
            rows.values[at] /= row[first_of(rows.keys[at])] * column[second_of(rows.keys[at])];
        }
    }

    const Team& team_;
    const WindowSource& source_;
    const GlcmRule& rule_;
    const Window& window_;
    Directions along_;
    const double* weights_;
    GlcmMemory& m_;
    Moments row_{}, column_{};
    double sums_[kCellSums] = {}, central_[kCentralSums] = {}, maximum_ = 0.0;
};

// What run_windows takes: features of the window around a voxel.
struct GlcmWindows {
    GlcmRule rule;
    bool merge;
    int most_keys;  // of a matrix

    ONCOMETRY_ANYWHERE int features() const { return kGlcmFeatures + rule.pyradiomics; }
    ONCOMETRY_ANYWHERE std::size_t memory(const Radii& radii, int lanes) const {
        Arena arena(nullptr);
        GlcmMemory(arena, radii, lanes, most_keys, rule.symmetric);
        return arena.taken();
    }

    ONCOMETRY_LANE void operator()(const Team& team, const WindowSource& source, std::int64_t voxel, void* memory,
                                   double* out) const {
        Arena arena(memory);
        GlcmMemory m(arena, source.radii, team.lanes, most_keys, rule.symmetric);
        const Window window = cut_window(team, source, voxel, m.window, m.rows.keys);
        const int count = features(), matrices = merge ? 1 : source.direction_count;
        for (int f = team.lane; f < count; f += team.lanes) m.means[f] = m.defined[f] = 0;
        for (int d = 0; d < matrices; ++d) {
            const Directions along{d, merge ? source.direction_count : d + 1};
            const bool found = GlcmOfWindow(team, source, rule, window, along, source.weights, m).evaluate();
            team.sync();
            for (int f = team.lane; f < count && found; f += team.lanes) {
                if (std::isnan(m.values[f])) continue;
                m.means[f] += m.values[f];
                ++m.defined[f];
            }
            team.sync();
        }
        for (int f = team.lane; f < count; f += team.lanes) {
            out[f] = m.defined[f] > 0 ? m.means[f] / m.defined[f] : kNothing;
        }
        team.sync();
    }
};

}  // namespace oncometry::cuda
