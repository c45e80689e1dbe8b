// What is to be known of a set of values, for the statistics of IBSI and of PyRadiomics.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "levels.hpp"

namespace oncometry {

struct Statistics {
    double mean;
    double second, third, fourth;  // central moments, divided by the count
    double minimum, p10, p25, median, p75, p90, maximum;
    double mean_absolute_deviation;         // from the mean
    double robust_mean_absolute_deviation;  // of the values from p10 to p90, from their mean
    double median_absolute_deviation;       // mean deviation from the median
    double energy;                          // sum of squares
};

// count >= 1. Throws std::invalid_argument if a value is not finite. The sums are made in one order whatever the
// machine does beside.
Statistics describe(const double* values, std::size_t count);

constexpr int kStatistics = sizeof(Statistics) / sizeof(double);

// Of every voxel's window: `Statistics`, then the number of values, entropy and uniformity of their levels.
constexpr int kMappedStatistics = kStatistics + 3;

// As glcm_map. values: (k, j, i) in the levels' shape without border.
template <class Level>
void statistics_map(const Levels<Level>& levels, const double* values, const Radii& radii, int threads, double* out,
                    const std::uint8_t* centers = nullptr);

// The values that would stand at these ranks (0 ... count - 1, rising) if all were sorted.
std::vector<double> at_ranks(const double* values, std::size_t count, const std::vector<std::size_t>& ranks,
                             double minimum, double maximum);

}  // namespace oncometry
