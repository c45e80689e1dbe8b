// For tests alone: a team is a few threads of the host, which meet at a true barrier. What it shows is that the very
// source that nvcc compiles does as defined, with one lane and with several; not how a device schedules it.
#pragma once

#include <cstring>
#include <thread>
#include <vector>

#include "maps.hpp"
#include "window.hpp"

namespace oncometry::cuda {

// How many lanes a team has; tests set it.
int& emulated_lanes();

class Tables {
  public:
    Tables(const MapRegion& region, const std::vector<Direction>& directions, const std::vector<double>& weights)
        : region_(region), directions_(directions), weights_(weights) {}
    const std::uint16_t* levels() const { return region_.levels.data(); }
    const Direction* directions() const { return directions_.data(); }
    const double* weights() const { return weights_.data(); }

  private:
    const MapRegion& region_;
    const std::vector<Direction>& directions_;
    const std::vector<double>& weights_;
};

// As on a device, a team's memory holds anything at first.
template <class Body>
void for_shares(const Body& body, WindowSource source, const std::vector<std::int64_t>& voxels, double* out) {
    source.voxels = voxels.data();
    source.voxel_count = std::int64_t(voxels.size());
    const int lanes = emulated_lanes();
    std::vector<double> memory(body.memory(source.radii, lanes) / sizeof(double) + 1);
    std::memset(memory.data(), 0xa5, memory.size() * sizeof(double));
    Barrier barrier(lanes);
    std::vector<std::thread> threads;
    for (int lane = 0; lane < lanes; ++lane) {
        threads.emplace_back([&, lane] {
            const Team team{lane, lanes, &barrier};
            for (std::int64_t v = 0; v < source.voxel_count; ++v) {
                body(team, source, voxels[std::size_t(v)], memory.data(), out + v * body.features());
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
}

}  // namespace oncometry::cuda
