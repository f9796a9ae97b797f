/**
 * Pictures in and out. PNG and JPEG are decoded here, without java.awt, whose start takes a good
 * part of a short run; GIF, BMP, WebP and TIFF go through image I/O plugins. Files are untrusted:
 * sizes are checked against a limit and the file before memory is taken for them.
 */
package dev.vitrine.vision.image;
