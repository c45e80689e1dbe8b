// Formulas of IBSI 3.6 over the cells of one matrix.
#include <cmath>
#include <limits>

#include "glcm.hpp"

namespace oncometry {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

double surprise(double p) { return p > 0.0 ? -p * std::log2(p) : 0.0; }

void take_marginals(const Cells& cells, bool symmetric, GlcmMarginals& m) {
    m.low = cells.front().row;
    m.high = m.low;
    m.total = 0.0;
    for (const Cell& cell : cells) {
        m.low = std::min({m.low, cell.row, cell.column});
        m.high = std::max({m.high, cell.row, cell.column});
        m.total += cell.mass;
    }
    const auto clear = [](std::vector<double>& masses, int begin, int end) {
        if (masses.size() < std::size_t(end)) masses.resize(std::size_t(end));
        std::fill(masses.begin() + begin, masses.begin() + end, 0.0);
    };
    clear(m.row, m.low, m.high + 1);
    clear(m.column, m.low, m.high + 1);
    clear(m.sum, 2 * m.low, 2 * m.high + 1);
    clear(m.difference, 0, m.high - m.low + 1);
    for (const Cell& cell : cells) {
        m.row[std::size_t(cell.row)] += cell.mass;
        m.column[std::size_t(cell.column)] += cell.mass;
        m.sum[std::size_t(cell.row + cell.column)] += cell.mass;
        m.difference[std::size_t(std::abs(cell.row - cell.column))] += cell.mass;
    }
    if (symmetric) {
        for (int level = m.low; level <= m.high; ++level) {
            const double half = (m.row[std::size_t(level)] + m.column[std::size_t(level)]) / 2.0;
            m.row[std::size_t(level)] = m.column[std::size_t(level)] = half;
        }
    }
    const auto normalize = [&](std::vector<double>& masses, int begin, int end) {
        for (int k = begin; k < end; ++k) masses[std::size_t(k)] /= m.total;
    };
    normalize(m.row, m.low, m.high + 1);
    normalize(m.column, m.low, m.high + 1);
    normalize(m.sum, 2 * m.low, 2 * m.high + 1);
    normalize(m.difference, 0, m.high - m.low + 1);
}

struct Joint {
    double maximum = 0.0, entropy = 0.0, energy = 0.0, autocorrelation = 0.0;
};

Joint joint_of(const Cells& cells, bool symmetric, double total) {
    Joint joint;
    for (const Cell& cell : cells) {
        const double halves = symmetric && cell.row != cell.column ? 2.0 : 1.0;
        const double p = cell.mass / total / halves;
        joint.maximum = std::max(joint.maximum, p);
        joint.entropy += halves * surprise(p);
        joint.energy += halves * p * p;
        joint.autocorrelation += halves * p * cell.row * cell.column;
    }
    return joint;
}

struct Moments {
    double mean = 0.0, variance = 0.0, third = 0.0, fourth = 0.0, entropy = 0.0;
};

// Central moments of the probabilities masses[begin ... end - 1] over their index.
Moments moments_of(const std::vector<double>& masses, int begin, int end) {
    Moments moments;
    for (int k = begin; k < end; ++k) {
        const double p = masses[std::size_t(k)];
        moments.mean += k * p;
        moments.entropy += surprise(p);
    }
    for (int k = begin; k < end; ++k) {
        const double p = masses[std::size_t(k)], distance = k - moments.mean, square = distance * distance;
        moments.variance += square * p;
        moments.third += square * distance * p;
        moments.fourth += square * square * p;
    }
    return moments;
}

struct Differences {
    double contrast = 0.0, inverse = 0.0, inverse_normalized = 0.0, moment = 0.0, moment_normalized = 0.0, variance = 0.0;
};

Differences differences_of(const GlcmMarginals& m, int levels) {
    Differences d;
    for (int k = 0; k <= m.high - m.low; ++k) {
        const double p = m.difference[std::size_t(k)];
        if (p == 0.0) continue;
        const double square = double(k) * k, part = double(k) / levels;
        d.contrast += square * p;
        d.inverse += p / (1.0 + k);
        d.inverse_normalized += p / (1.0 + part);
        d.moment += p / (1.0 + square);
        d.moment_normalized += p / (1.0 + part * part);
        if (k > 0) d.variance += p / square;
    }
    return d;
}

// (i - mean of i)(j - mean of j) = ((i + j - ...)^2 - (i - j - ...)^2) / 4.
double correlation(const Moments& row, const Moments& column, const Moments& sum, double contrast, bool pyradiomics) {
    const double spread = std::sqrt(row.variance * column.variance);
    if (spread == 0.0) return pyradiomics ? 1.0 : kUndefined;
    const double shift = row.mean - column.mean;
    return (sum.variance - (contrast - shift * shift)) / 4.0 / spread;
}

// HXY1 and HXY2 both equal HX + HY; what they differ from HXY by is the mutual information.
double first_information(double mutual, double entropy, bool pyradiomics) {
    if (entropy == 0.0) return pyradiomics ? 0.0 : kUndefined;
    return -mutual / entropy;
}

}  // namespace

std::vector<double> glcm_features(const Cells& cells, const GlcmRule& rule, GlcmMarginals& m) {
    if (cells.empty()) return {};
    take_marginals(cells, rule.symmetric, m);
    const Joint joint = joint_of(cells, rule.symmetric, m.total);
    const Moments row = moments_of(m.row, m.low, m.high + 1);
    const Moments column = rule.symmetric ? row : moments_of(m.column, m.low, m.high + 1);
    const Moments sum = moments_of(m.sum, 2 * m.low, 2 * m.high + 1);
    const Moments difference = moments_of(m.difference, 0, m.high - m.low + 1);
    const Differences d = differences_of(m, rule.levels);
    const double mutual = std::max(0.0, row.entropy + column.entropy - joint.entropy);
    std::vector<double> features{
        joint.maximum, row.mean, row.variance, joint.entropy,
        difference.mean, difference.variance, difference.entropy,
        sum.mean, sum.variance, sum.entropy,
        joint.energy, d.contrast, difference.mean,
        d.inverse, d.inverse_normalized, d.moment, d.moment_normalized, d.variance,
        correlation(row, column, sum, d.contrast, rule.pyradiomics), joint.autocorrelation,
        sum.variance, sum.third, sum.fourth,
        first_information(mutual, std::max(row.entropy, column.entropy), rule.pyradiomics),
        std::sqrt(1.0 - std::exp(-2.0 * mutual))};
    if (rule.pyradiomics) {
        features.push_back(rule.single_level ? 1.0 : maximal_correlation(cells, rule.symmetric, m));
    }
    return features;
}

}  // namespace oncometry
