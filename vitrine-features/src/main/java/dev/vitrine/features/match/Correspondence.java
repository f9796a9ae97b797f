package dev.vitrine.features.match;

/**
 * A patch of one picture and the one of another that is most like it. Places count patches from the
 * top left one's middle; they are fractions where they were refined.
 *
 * @param cosine of the features
 */
public record Correspondence(
    int row, int column, double otherRow, double otherColumn, float cosine) {}
