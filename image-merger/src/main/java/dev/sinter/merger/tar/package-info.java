/**
 * Tar as container layers use it: ustar, PAX and GNU long names, byte for byte.
 *
 * <p>Ours rather than a library because extended attributes are binary and libraries decode them as text, and because
 * every number of a header is hostile here.
 */
@NullMarked
package dev.sinter.merger.tar;

import org.jspecify.annotations.NullMarked;
