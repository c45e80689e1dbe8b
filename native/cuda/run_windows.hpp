// From a region on the host to the values of its windows, wherever they are computed.
#pragma once

#include <stdexcept>
#include <vector>

#include "maps.hpp"
#include "window.hpp"

#ifdef __CUDACC__
#include "launch.hpp"
#else
#include "emulation.hpp"
#endif

namespace oncometry::cuda {

template <class Body>
std::vector<double> run_windows(const Body& body, const MapRegion& region, const Radii& radii,
                                const std::vector<Direction>& directions, const std::vector<double>& weights) {
    std::vector<double> values(region.voxels.size() * std::size_t(body.features()));
    const Tables tables(region, directions, weights);
    WindowSource source{tables.levels(), region.shape, radii, nullptr, 0, tables.directions(), tables.weights(),
                        int(directions.size())};
    for_shares(body, source, region.voxels, values.data());
    return values;
}

// Keys of a matrix: one a voxel, or `of_pairs` of each pair along one direction, or along all where they are merged.
inline int most_keys(const Radii& radii) {
    const double voxels = (2.0 * radii.k + 1.0) * (2.0 * radii.j + 1.0) * (2.0 * radii.i + 1.0);
    if (voxels > kMostVoxels) throw std::length_error("a window must not have more than 65,535 voxels");
    return most_voxels(radii);
}

inline std::vector<double> weights_of(const Plan& plan) {
    return plan.merge ? plan.weights : std::vector<double>(plan.directions.size(), 1.0);
}

}  // namespace oncometry::cuda
