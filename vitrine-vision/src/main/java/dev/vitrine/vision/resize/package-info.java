/**
 * Other sizes: of pictures as Pillow and OpenCV make them, level for level, since models see the
 * difference; and of maps of features and scores.
 */
package dev.vitrine.vision.resize;
