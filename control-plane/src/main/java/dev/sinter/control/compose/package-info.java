/** Reads Compose files into immutable {@link dev.sinter.control.compose.Application}s. */
@NullMarked
package dev.sinter.control.compose;

import org.jspecify.annotations.NullMarked;
