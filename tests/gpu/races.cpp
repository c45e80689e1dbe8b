// All twins on a small region, with four lanes: for ThreadSanitizer.
#include <random>

#include "maps.hpp"

using namespace oncometry;
using namespace oncometry::cuda;

namespace oncometry::cuda {
int& emulated_lanes();
}

namespace {

// A cube of 3 voxels a side of random levels, some of them outside.
MapRegion random_region(int count) {
    std::mt19937 rng(0);
    MapRegion region{std::vector<std::uint16_t>(125), {5, 5, 5}, {}, count};
    for (int v = 0; v < 125; ++v) {
        const int k = v / 25, j = v / 5 % 5, i = v % 5;
        if (k % 4 == 0 || j % 4 == 0 || i % 4 == 0) continue;
        region.levels[std::size_t(v)] = std::uint16_t(rng() % unsigned(count + 1));
        if (region.levels[std::size_t(v)] != 0) region.voxels.push_back(v);
    }
    return region;
}

void map_all(const MapRegion& region, const Radii& radii) {
    Plan plan{{}, {}, false, false, 1};
    NeighborhoodRule rule{{}, 1, 1, false, 1};
    for (int step = 0; step < 27; ++step) {
        const Direction d{step / 9 - 1, step / 3 % 3 - 1, step % 3 - 1};
        if (step != 13) rule.steps.push_back({d.k, d.j, d.i});
        if (step <= 13) continue;
        plan.directions.push_back(d);
        plan.weights.push_back(1.0);
    }
    for (const bool merge : {false, true}) {
        plan.merge = merge;
        for (const bool symmetric : {false, true}) {
            glcm_map(region, plan, {region.count, symmetric, true, false}, radii);
        }
        run_map(region, plan, true, radii);
    }
    zone_map(region, radii);
    dependence_map(region, rule, radii);
    tone_map(region, rule, radii);
}

}  // namespace

int main() {
    emulated_lanes() = 4;
    for (const int count : {3, 300}) {
        for (const Radii& radii : {Radii{1, 1, 1}, Radii{0, 2, 1}}) map_all(random_region(count), radii);
    }
}
