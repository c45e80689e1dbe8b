// Mean of an image in a ball around each voxel of a region.
#pragma once

#include <cstdint>

#include "components.hpp"

namespace oncometry {

// A box of an image (k, j, i): `image` holds the box and what lies around it.
struct ImageBox {
    const double* image;
    Shape shape;     // of the image
    int start[3];    // k, j, i of the box's first voxel
    Shape box;
};

// means: (box) written where mask is not 0: the mean over the voxels of the image whose centers lie within radius_mm
// of the voxel's center. What lies beyond the image is left out. spacing: along i, j, k.
void local_means(const ImageBox& box, const std::uint8_t* mask, const double spacing[3], double radius_mm,
                 double* means);

}  // namespace oncometry
