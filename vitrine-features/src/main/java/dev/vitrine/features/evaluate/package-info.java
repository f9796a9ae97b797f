/** The published protocols by which models are compared: retrieval, classes, segmentation. */
package dev.vitrine.features.evaluate;
