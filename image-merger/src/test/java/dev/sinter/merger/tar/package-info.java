@NullMarked
package dev.sinter.merger.tar;

import org.jspecify.annotations.NullMarked;
