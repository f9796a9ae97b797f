/**
 * Pictures through models: preprocessing, features, timing. {@link
 * dev.vitrine.vision.FeatureExtractor} is the short way; {@link dev.vitrine.vision.PictureModel}
 * runs any model that takes a picture.
 */
package dev.vitrine.vision;
