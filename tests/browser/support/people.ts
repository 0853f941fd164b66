// The people of the tests. Own passwords are theirs; initial ones are learnt from the page.

export interface Who {
  name?: string;
  address: string;
  password: string;
}

export const organisation = 'Knappschaft-Bahn-See (Test)';
export const admin: Who = { name: 'Anna Adler', address: 'anna.adler@kbs.example', password: 'Adler-über-Bochum-1' };
export const staff: Who = { name: 'Sabine Sommer', address: 'sabine.sommer@kbs.example', password: 'Sommer-im-Ruhrtal-22' };
export const partner: Who = { address: 'paula.partner@träger.example', password: 'Paula+reist.2026-gern' };
export const otherPartner: Who = { address: 'olaf.anders@verein.example', password: 'Olaf?schweigt.2026-still' };
