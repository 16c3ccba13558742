"""From a file to observations: what its columns, codes and cells mean."""
