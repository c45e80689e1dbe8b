// Maps of features on a device: the interface of the twins, in the terms of their CPU counterparts.
#pragma once

#include <string>
#include <vector>

#include "glcm.hpp"
#include "neighborhoods.hpp"

namespace oncometry::cuda {

// A region's levels on the host, and where its voxels lie in them.
struct MapRegion {
    std::vector<std::uint16_t> levels;  // (k, j, i), C-contiguous
    Shape shape;
    std::vector<std::int64_t> voxels;  // whose windows are wanted; rising
    int count;                         // levels are 1 ... count
};

// Features of the window around each voxel of the region: (voxels, features). NaN where a window has no value.
// All throw std::length_error for a window of more than 65,535 voxels, std::runtime_error for what a device refuses.
std::vector<double> glcm_map(const MapRegion& region, const Plan& plan, const GlcmRule& rule, const Radii& radii);
std::vector<double> run_map(const MapRegion& region, const Plan& plan, bool pyradiomics, const Radii& radii);
std::vector<double> zone_map(const MapRegion& region, const Radii& radii);
std::vector<double> dependence_map(const MapRegion& region, const NeighborhoodRule& rule, const Radii& radii);
std::vector<double> tone_map(const MapRegion& region, const NeighborhoodRule& rule, const Radii& radii);

// Names of the devices that can be used; none without a driver or a device.
std::vector<std::string> devices();

}  // namespace oncometry::cuda
