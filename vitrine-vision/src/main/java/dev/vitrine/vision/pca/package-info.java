/** Principal components of patch features, and pictures of them. */
package dev.vitrine.vision.pca;
