@NullMarked
package dev.sinter.merger.transport;

import org.jspecify.annotations.NullMarked;
